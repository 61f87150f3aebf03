import ChangeLog
import NetworkSchema
import Replica

/// Something that a store may not write, as a hostile store writes it: around the triggers, and noted down in the
/// capture by its own hand, so that its daemon seals and pushes it like any other write.
struct Forgery {
    enum Kind {
        /// A row in another store's name; SQL for its columns beside the key, by name.
        case insert((_ victim: String) -> [(column: String, value: String)])
        /// A column of a row that only others write; the key's text.
        case update(key: String, column: String)
    }

    /// What every forged value begins with.
    static let mark = "forged"

    let table: String
    let kind: Kind

    /// SQL that is true of a forged row.
    var isForged: String {
        switch kind {
        case .insert: "id LIKE '\(Self.mark)%'"
        case .update(_, let column): "\(SQLName.quoted(column)) LIKE '\(Self.mark)%'"
        }
    }

    /// Writes it, in the transaction under way.
    ///
    /// - Parameters:
    ///   - number: no other forgery of the run has it.
    ///   - victim: the store in whose name it is.
    /// - Returns: false, with nothing written, when the row to be altered has not come to this store yet.
    func write(_ number: Int, victim: String, plan: SchemaPlan, _ sql: SQL) throws -> Bool {
        guard let table = plan.table(named: table) else { preconditionFailure("no table \(self.table)") }
        try sql.setTriggers(enabled: false)
        try sql.execute("PRAGMA ignore_check_constraints = ON")
        defer { Self.restore(sql) }
        switch kind {
        case .insert(let columns):
            let id = "'\(Self.mark)-\(number)'"
            let cells = columns(victim)
            let names = (["id"] + cells.map { $0.column }).map { SQLName.quoted($0) }.joined(separator: ", ")
            let values = ([id] + cells.map { $0.value }).joined(separator: ", ")
            try sql.execute("INSERT INTO \(table.name)(\(names)) VALUES (\(values))")
            try capture(table, mask: -1, key: id, sql)
        case .update(let key, let column):
            let cell = table.cellColumns.firstIndex { table.table.columns[$0].name == column } ?? 0
            let row = "\(SQLName.literal(key))"
            try sql.execute(
                "UPDATE \(table.name) SET \(SQLName.quoted(column)) = '\(Self.mark) \(number)' WHERE \(table.key[0]) = \(row)"
            )
            guard sql.changes > 0 else { return false }
            try capture(table, mask: 1 << Int64(cell), key: row, sql)
        }
        return true
    }

    private func capture(_ table: TablePlan, mask: Int64, key: String, _ sql: SQL) throws {
        try sql.execute(
            """
            INSERT INTO linli_capture(tbl, mask, at, k0) \
            VALUES (\(table.number), \(mask), CAST(julianday() * 86400000.0 - 210866759999999.5 AS INTEGER), \(key))
            """
        )
    }

    private static func restore(_ sql: SQL) {
        do {
            try sql.setTriggers(enabled: true)
            try sql.execute("PRAGMA ignore_check_constraints = OFF")
        } catch { preconditionFailure("triggers stay off: \(error)") }
    }
}
