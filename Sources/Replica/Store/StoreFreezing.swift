import ChangeLog
import NetworkSchema

/// Rights that may not be spent for a while: frozen rights stand in `linli_others_T` under this store's own name
/// instead of in `linli_held_T`, so that nobody's total changes and the triggers need not know.
///
///     held --freezeRights--> frozen --the next apply, or thawRights--> held
///
/// At a fenced site what stands in the store's name is the present site's, or nobody's: it stays frozen.
extension StoreReplica {
    /// Rights held here can no longer be spent, until the next checkpoint is applied.
    public func freezeRights() throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            let tables = plan.tables.filter { !$0.escrow.isEmpty }
            guard !tables.isEmpty else { return }
            try writer.write { sql in try freezeAll(sql) }
            state.hasFrozenRights = true
        }
    }

    /// What `freezeRights` put aside may be spent again.
    public func thawRights() throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            guard state.hasFrozenRights else { return }
            try writer.write { sql in try thawAll(sql) }
            state.hasFrozenRights = false
        }
    }

    /// In the caller's transaction.
    func freezeAll(_ sql: SQL) throws(ReplicaError) {
        for table in plan.tables where !table.escrow.isEmpty { try FrozenRights(table, store: name).freeze(sql) }
    }

    /// In the caller's transaction.
    func thawAll(_ sql: SQL) throws(ReplicaError) {
        for table in plan.tables where !table.escrow.isEmpty { try FrozenRights(table, store: name).thaw(sql) }
    }
}

/// The frozen rights of one table.
struct FrozenRights {
    private let table: TablePlan
    private let held: String
    private let others: String
    /// This store's name, as SQL.
    private let store: String

    init(_ table: TablePlan, store: NodeName) {
        self.table = table
        held = table.internalTable("held")
        others = table.internalTable("others")
        self.store = SQLName.literal(store.text)
    }

    func exist(_ sql: SQL) throws(ReplicaError) -> Bool {
        try sql.statement("SELECT 1 FROM \(others) WHERE node = \(store) LIMIT 1").firstInteger() != nil
    }

    func freeze(_ sql: SQL) throws(ReplicaError) {
        let key = table.key.joined(separator: ", ")
        for cell in table.escrow {
            let units = table.cells[cell]
            try sql.statement(
                """
                INSERT INTO \(others)(\(key), "column", node, units)
                SELECT \(key), \(column(cell)), \(store), \(units) FROM \(held) WHERE \(units) > 0
                ON CONFLICT DO UPDATE SET units = units + excluded.units
                """
            ).run()
            try sql.statement("UPDATE \(held) SET \(units) = 0 WHERE \(units) > 0").run()
        }
    }

    func thaw(_ sql: SQL) throws(ReplicaError) {
        for cell in table.escrow {
            let frozen = """
                SELECT o.units FROM \(others) o WHERE \(table.keysMatch("o", held)) AND o."column" = \(column(cell))
                AND o.node = \(store)
                """
            let units = table.cells[cell]
            try sql.statement("UPDATE \(held) SET \(units) = \(units) + (\(frozen)) WHERE EXISTS (\(frozen))").run()
        }
        try sql.statement("DELETE FROM \(others) WHERE node = \(store)").run()
    }

    private func column(_ cell: Int) -> String { SQLName.literal(table.column(ofCell: cell).name) }
}
