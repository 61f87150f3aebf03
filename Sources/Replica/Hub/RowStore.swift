import ChangeLog
import NetworkSchema

/// One replicated table at the hub, row by row: T and `linli_row_T` together. All statements that write either stand
/// here.
///
/// Law: the caller owns the transaction. A statement that a constraint refuses has changed nothing.
final class RowStore {
    let plan: TablePlan
    private let keys: Int
    private let insertMeta: Statement
    private let insertValues: Statement
    private let loadRow: Statement
    private let updateMeta: Statement
    private let raiseForeign: Statement
    private let deleteValues: Statement
    private let deleteMeta: Statement
    /// By mask: the statements that update just these cells.
    private var updates: [UInt64: Statement] = [:]
    private let sql: SQL
    private var lastUpdate: (mask: UInt64, statement: Statement)?

    init(_ sql: SQL, plan: TablePlan) throws(ReplicaError) {
        self.sql = sql
        self.plan = plan
        keys = plan.key.count
        let keys = plan.key.count
        let row = plan.internalTable("row")
        let names = (0..<keys).map { "k\($0)" }
        let keyIs = names.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
        let parameters = { (count: Int) in (1...count).map { "?\($0)" }.joined(separator: ", ") }
        let metaNames = names + RowStore.metaColumns
        insertMeta = try sql.statement(
            "INSERT INTO \(row) (\(metaNames.joined(separator: ", "))) VALUES (\(parameters(metaNames.count))) "
                + "ON CONFLICT DO NOTHING"
        )
        insertValues = try sql.statement(
            "INSERT INTO \(plan.name) (\((plan.key + plan.cells).joined(separator: ", "))) "
                + "VALUES (\(parameters(keys + plan.cells.count)))"
        )
        let columns = RowStore.metaColumns.map { "m.\($0)" } + plan.cells.map { "t.\($0)" }
        let join = zip(plan.key, names).map { "t.\($0) = m.\($1)" }.joined(separator: " AND ")
        loadRow = try sql.statement(
            """
            SELECT \(columns.joined(separator: ", ")) FROM \(row) m LEFT JOIN \(plan.name) t ON \(join)
            WHERE \(names.enumerated().map { "m.\($1) = ?\($0 + 1)" }.joined(separator: " AND "))
            """
        )
        let assigned = RowStore.metaColumns.enumerated().map { "\($1) = ?\(keys + $0 + 1)" }
        updateMeta = try sql.statement("UPDATE \(row) SET \(assigned.joined(separator: ", ")) WHERE \(keyIs)")
        raiseForeign = try sql.statement(
            "UPDATE \(row) SET foreign_position = max(foreign_position, ?\(keys + 1)) WHERE \(keyIs)"
        )
        deleteValues = try sql.statement("DELETE FROM \(plan.name) WHERE \(plan.keyIsParameters())")
        deleteMeta = try sql.statement("DELETE FROM \(row) WHERE \(keyIs)")
    }

    static let metaColumns = [
        "life", "deleted_at", "position", "clock_position", "site", "stamp", "scope", "\"by\"", "foreign_position",
        "clocks",
    ]

    /// A row that the hub never saw: its entry and its values. False, and nothing was done: the hub knows the key.
    ///
    /// - Throws: a constraint of T refused the values, and nothing was done.
    func insertFresh(_ key: [Value], _ meta: RowMeta, _ values: [Value]) throws(ReplicaError) -> Bool {
        guard try insert(meta, of: key) else { return false }
        do {
            try insert(key, values)
        } catch {
            try forget(key)
            throw error
        }
        return true
    }

    /// What the hub knows of the row; nil when it never saw the key, or has forgotten that it was deleted.
    func load(_ key: [Value]) throws(ReplicaError) -> StoredRow? {
        loadRow.bindKey(key)
        guard try loadRow.step() else { return nil }
        defer { loadRow.reset() }
        let meta = try RowMeta(from: loadRow, table: plan)
        let first = RowStore.metaColumns.count
        return StoredRow(meta: meta, values: meta.isAlive ? loadRow.values(from: first, count: plan.cells.count) : [])
    }

    func loadMeta(_ key: [Value]) throws(ReplicaError) -> RowMeta? {
        loadRow.bindKey(key)
        guard try loadRow.step() else { return nil }
        defer { loadRow.reset() }
        return try RowMeta(from: loadRow, table: plan)
    }

    func insert(_ key: [Value], _ values: [Value]) throws(ReplicaError) {
        insertValues.bindKey(key)
        insertValues.bindKey(values, from: keys + 1)
        try insertValues.run()
    }

    /// Writes the cells of `mask`; `values` are all cells of the row.
    func update(_ key: [Value], cells mask: UInt64, of values: [Value]) throws(ReplicaError) {
        let statement = try updateStatement(mask)
        statement.bindKey(key)
        var rest = mask
        var parameter = keys
        while rest != 0 {
            parameter += 1
            statement.bind(parameter, values[rest.trailingZeroBitCount])
            rest &= rest - 1
        }
        try statement.run()
    }

    func delete(_ key: [Value]) throws(ReplicaError) {
        deleteValues.bindKey(key)
        try deleteValues.run()
    }

    func save(_ meta: RowMeta, of key: [Value]) throws(ReplicaError) {
        bind(meta, of: key, to: updateMeta)
        try updateMeta.run()
    }

    /// An entry for a row whose values are in T already, or that is dead. False when the hub has one.
    @discardableResult
    func insert(_ meta: RowMeta, of key: [Value]) throws(ReplicaError) -> Bool {
        bind(meta, of: key, to: insertMeta)
        try insertMeta.run()
        return sql.changes == 1
    }

    private func bind(_ meta: RowMeta, of key: [Value], to statement: Statement) {
        statement.bindKey(key)
        statement.bind(keys + 1, meta.life).bind(keys + 2, meta.deletedAt).bind(keys + 3, meta.position)
        statement.bind(keys + 4, meta.clockPosition).bind(keys + 5, meta.site).bind(keys + 6, meta.stamp)
        statement.bind(keys + 7, meta.scope).bind(keys + 8, meta.by).bind(keys + 9, meta.foreignPosition)
        statement.bind(keys + 10, meta.exceptions.encoded)
    }

    /// Whoever wrote the row must be shown it again.
    func raiseForeign(_ key: [Value], to position: Int64) throws(ReplicaError) {
        raiseForeign.bindKey(key)
        try raiseForeign.bind(keys + 1, position).run()
    }

    /// Forgets a dead row.
    func forget(_ key: [Value]) throws(ReplicaError) {
        deleteMeta.bindKey(key)
        try deleteMeta.run()
    }

    private func updateStatement(_ mask: UInt64) throws(ReplicaError) -> Statement {
        if let lastUpdate, lastUpdate.mask == mask { return lastUpdate.statement }
        let statement: Statement
        if let known = updates[mask] {
            statement = known
        } else {
            let cells = plan.cells.indices.filter { mask >> UInt64($0) & 1 == 1 }
            let assigned = cells.enumerated().map { "\(plan.cells[$1]) = ?\(keys + $0 + 1)" }
            statement = try sql.statement(
                "UPDATE \(plan.name) SET \(assigned.joined(separator: ", ")) WHERE \(plan.keyIsParameters())"
            )
            updates[mask] = statement
        }
        lastUpdate = (mask, statement)
        return statement
    }
}

/// A row as it stands: its entry in `linli_row_T`, and its cells in T; none when it is dead.
struct StoredRow {
    var meta: RowMeta
    var values: [Value]
}

extension RowMeta {
    /// Reads the columns of `RowStore.metaColumns`, from `first` on.
    init(from statement: Statement, at first: Int = 0, table: TablePlan) throws(ReplicaError) {
        life = Int(statement.integer(first))
        deletedAt = statement.integer(first + 1)
        position = statement.integer(first + 2)
        clockPosition = statement.integer(first + 3)
        site = statement.integer(first + 4)
        stamp = statement.integer(first + 5)
        scope = statement.integer(first + 6)
        by = statement.integer(first + 7)
        foreignPosition = statement.integer(first + 8)
        exceptions = []
        guard !statement.isNull(first + 9) else { return }
        do {
            exceptions = try [CellException](stored: statement.bytes(first + 9))
        } catch {
            statement.reset()
            throw .damaged(what: "linli_row_\(table.table.name): \(error)")
        }
    }
}
