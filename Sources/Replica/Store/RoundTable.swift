import ChangeLog
import NetworkSchema

/// The rows of one table in the round that is being applied, in TEMP tables of the applying connection: first the
/// hub's state as the chunks bring it, then with own writes laid on top, last compared with the replica, so that under
/// the write lock only what differs is moved, set by set (`RoundMerge`).
///
///     linli_round_N(k0…, position, rank, life, clocks, c0…, differs, moved)
///         one row a key; rank: see `Rank`; life odd: alive, and c0… hold the value cells; clocks: those of the `last`
///         and `first` cells; differs: the row from the replica's; moved: its rights from the replica's
///     linli_units_N(k0…, "column", node, units)
///         the rights of those rows; only for tables with escrow columns
///
/// Law: of two entries for one key the one at the greater position stays, and at one position an arrival beats a
/// tombstone, and that an eviction.
struct RoundTable: Sendable {
    /// What the feed says of a row, the weakest first.
    enum Rank: Int {
        /// Evicted, or not named in a complete round.
        case absent = 0
        case gone = 1
        case row = 2
    }

    let plan: TablePlan
    /// Names of the two tables, and of their columns.
    let rows: String
    let units: String
    let keys: [String]
    let cells: [String]
    private let text: Text

    init(_ plan: TablePlan) {
        self.plan = plan
        rows = "temp.linli_round_\(plan.number)"
        units = "temp.linli_units_\(plan.number)"
        keys = plan.key.indices.map { "k\($0)" }
        cells = plan.cells.indices.map { "c\($0)" }
        text = Text(rows: rows, units: units, keys: keys, cells: cells)
    }

    var hasUnits: Bool { !plan.escrow.isEmpty }

    // MARK: Making and clearing

    var definition: String {
        let keyColumns = zip(keys, plan.shape.key).map { "\($0) \($1.sqlType) NOT NULL" }.joined(separator: ", ")
        let cellColumns = zip(cells, plan.shape.values).map { ", \($0) \($1.sqlType)" }.joined()
        let key = keys.joined(separator: ", ")
        let rowTable = """
            CREATE TABLE \(rows)(\(keyColumns), position INTEGER NOT NULL, rank INTEGER NOT NULL,
              life INTEGER NOT NULL, clocks BLOB\(cellColumns), differs INTEGER NOT NULL DEFAULT 1,
              moved INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (\(key))) STRICT, WITHOUT ROWID;
            """
        guard hasUnits else { return rowTable }
        return """
            \(rowTable)
            CREATE TABLE \(units)(\(keyColumns), "column" TEXT NOT NULL, node TEXT NOT NULL, units INTEGER NOT NULL,
              PRIMARY KEY (\(key), "column", node)) STRICT, WITHOUT ROWID;
            """
    }

    func drop(_ sql: SQL) throws(ReplicaError) {
        try sql.execute("DROP TABLE IF EXISTS \(rows); DROP TABLE IF EXISTS \(units)")
    }

    func clear(_ sql: SQL) throws(ReplicaError) {
        if hasUnits { try sql.statement(text.clearUnits).run() }
        try sql.statement(text.clearRows).run()
    }

    // MARK: What the chunks bring

    /// Takes an entry of the feed, unless a later one of its row is here.
    func offer(
        _ row: OverlaidRow,
        at key: [Value],
        position: Position,
        rank: Rank,
        _ sql: SQL
    ) throws(ReplicaError) {
        let statement = try sql.statement(text.offer)
        bind(key, to: statement)
        statement.bind(keys.count + 1, position.number).bind(keys.count + 2, rank.rawValue)
        bind(row, to: statement, from: keys.count + 3)
        try statement.run()
        if hasUnits, sql.changes > 0 { try writeUnits(row, of: key, sql) }
    }

    // MARK: Single rows, for laying own writes on top

    func load(_ key: [Value], _ sql: SQL) throws(ReplicaError) -> OverlaidRow? {
        let found = try sql.statement(text.load)
        bind(key, to: found)
        defer { found.reset() }
        guard try found.step() else { return nil }
        let life = Int(found.integer(0))
        guard life % 2 == 1 else { return OverlaidRow(deadAt: life, plan: plan) }
        guard let clocks = CellClocks.read(found.bytes(1), clocked: plan.clocked, count: cells.count) else {
            throw .damagedSetting(name: rows)
        }
        let state = RowState(life: life, values: cells.indices.map { found.value(2 + $0) }, clocks: clocks)
        return OverlaidRow(row: RowMerge(state: state), ledgers: hasUnits ? try ledgers(of: key, sql) : [])
    }

    /// Puts a row back after something was laid on it. One that was not here counts as absent from the hub's state.
    func store(_ row: OverlaidRow, at key: [Value], _ sql: SQL) throws(ReplicaError) {
        let statement = try sql.statement(text.store)
        bind(key, to: statement)
        bind(row, to: statement, from: keys.count + 1)
        try statement.run()
        if hasUnits { try writeUnits(row, of: key, sql) }
    }

    /// Each key and its life.
    func each(where condition: String = "1", _ sql: SQL, _ body: ([Value], Int) throws -> Void) throws {
        let found = try sql.statement("\(text.each) WHERE \(condition)")
        defer { found.reset() }
        while try found.step() { try body(keys.indices.map { found.value(1 + $0) }, Int(found.integer(0))) }
    }

    func has(_ key: [Value], _ sql: SQL) throws(ReplicaError) -> Bool {
        let found = try sql.statement(text.has)
        bind(key, to: found)
        defer { found.reset() }
        return try found.step()
    }

    func hasAny(_ sql: SQL) throws(ReplicaError) -> Bool { try isAny(text.hasAny, sql) }

    /// A row, or its rights, is to be moved.
    func differs(_ sql: SQL) throws(ReplicaError) -> Bool { try isAny(text.differs, sql) }

    private func isAny(_ query: String, _ sql: SQL) throws(ReplicaError) -> Bool {
        let found = try sql.statement(query)
        defer { found.reset() }
        return try found.step()
    }

    // MARK: Rights

    private func ledgers(of key: [Value], _ sql: SQL) throws(ReplicaError) -> [Ledger] {
        var holdings = plan.escrow.map { _ in [(holder: String, units: Int64)]() }
        let names = plan.escrow.map { Array(plan.column(ofCell: $0).name.utf8) }
        let found = try sql.statement(text.loadUnits)
        bind(key, to: found)
        defer { found.reset() }
        while try found.step() {
            guard let place = names.firstIndex(of: found.bytes(0)) else { continue }
            holdings[place].append((found.string(1), found.integer(2)))
        }
        var ledgers: [Ledger] = []
        for one in holdings {
            guard let ledger = Ledger(one) else { throw .damagedSetting(name: units) }
            ledgers.append(ledger)
        }
        return ledgers
    }

    private func writeUnits(_ row: OverlaidRow, of key: [Value], _ sql: SQL) throws(ReplicaError) {
        let clear = try sql.statement(text.clearUnitsOfRow)
        bind(key, to: clear)
        try clear.run()
        let insert = try sql.statement(text.addUnits)
        for (place, ledger) in row.ledgers.enumerated() {
            for holding in ledger.holdings {
                bind(key, to: insert)
                try insert.bind(keys.count + 1, plan.column(ofCell: plan.escrow[place]).name)
                    .bind(keys.count + 2, holding.holder).bind(keys.count + 3, holding.units).run()
            }
        }
    }

    // MARK: Binding

    /// life, clocks, cells.
    private func bind(_ row: OverlaidRow, to statement: Statement, from first: Int) {
        statement.bind(first, row.row.life)
        if let state = row.row.state {
            statement.bind(first + 1, .blob(CellClocks.bytes(state.clocks, clocked: plan.clocked)))
            for (cell, value) in state.values.enumerated() { statement.bind(first + 2 + cell, value) }
        } else {
            statement.bindNull(first + 1)
            for cell in cells.indices { statement.bindNull(first + 2 + cell) }
        }
    }

    private func bind(_ key: [Value], to statement: Statement) {
        for (place, value) in key.enumerated() { statement.bind(1 + place, value) }
    }
}

/// The statements that run once a row, made once.
private struct Text: Sendable {
    let clearRows, clearUnits, offer, load, store, each, has, hasAny, differs: String
    let loadUnits, clearUnitsOfRow, addUnits: String

    init(rows: String, units: String, keys: [String], cells: [String]) {
        let isKey = keys.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
        let key = keys.joined(separator: ", ")
        let state = ["life", "clocks"] + cells
        let entry = keys + ["position", "rank"] + state
        let unit = keys + ["\"column\"", "node", "units"]
        clearRows = "DELETE FROM \(rows)"
        clearUnits = "DELETE FROM \(units)"
        offer = """
            INSERT INTO \(rows)(\(entry.joined(separator: ", "))) VALUES (\(Self.parameters(entry.count)))
            ON CONFLICT DO UPDATE SET \(Self.takeOver(["position", "rank"] + state))
            WHERE (excluded.position, excluded.rank) > (position, rank)
            """
        load = "SELECT \(state.joined(separator: ", ")) FROM \(rows) WHERE \(isKey)"
        store = """
            INSERT INTO \(rows)(\((keys + state).joined(separator: ", ")), position, rank)
            VALUES (\(Self.parameters(keys.count + state.count)), 0, \(RoundTable.Rank.absent.rawValue))
            ON CONFLICT DO UPDATE SET \(Self.takeOver(state)), differs = 1, moved = 1
            """
        each = "SELECT life, \(key) FROM \(rows)"
        has = "SELECT 1 FROM \(rows) WHERE \(isKey)"
        hasAny = "SELECT 1 FROM \(rows) LIMIT 1"
        differs = "SELECT 1 FROM \(rows) WHERE differs OR moved LIMIT 1"
        loadUnits = "SELECT \"column\", node, units FROM \(units) WHERE \(isKey)"
        clearUnitsOfRow = "DELETE FROM \(units) WHERE \(isKey)"
        addUnits = "INSERT INTO \(units)(\(unit.joined(separator: ", "))) VALUES (\(Self.parameters(unit.count)))"
    }

    private static func parameters(_ count: Int) -> String { (1...count).map { "?\($0)" }.joined(separator: ", ") }

    private static func takeOver(_ columns: [String]) -> String {
        columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    }
}

extension CellType {
    fileprivate var sqlType: String {
        switch self {
        case .text: "TEXT"
        case .blob: "BLOB"
        case .integer, .counter: "INTEGER"
        }
    }
}
