import ChangeLog
import NetworkSchema

/// Brings a replica to a later version of its schema, in the caller's transaction: tables and columns are added, and
/// triggers, views and indexes are made anew. Nothing that an application has written is touched, and its prepared
/// statements go on.
extension ReplicaSchema {
    /// - Parameters:
    ///   - old: what stands in the file.
    ///   - plan: the same or a later version; only additive.
    ///   - role: as it is to be from now on: a store's region may have changed.
    public static func reinstall(
        _ sql: SQL,
        from old: SchemaPlan,
        to plan: SchemaPlan,
        role: NodeRole,
        nowMilliseconds: Int64
    ) throws(ReplicaError) {
        let before = ReplicaObjects(plan: old, role: role)
        let after = ReplicaObjects(plan: plan, role: role)
        for trigger in try names(sql, "type = 'trigger' AND name GLOB 'linli_*'") {
            try sql.execute("DROP TRIGGER \(SQLName.quoted(trigger))")
        }
        for view in before.views { try sql.execute("DROP VIEW IF EXISTS \(SQLName.quoted(view.name))") }
        let present = Set(try names(sql, "type = 'table'"))
        for table in after.internalTables + after.tables where !present.contains(table.name) {
            try sql.execute(table.sql)
        }
        for table in plan.tables where present.contains(table.table.name) { try addColumns(sql, table) }
        try widen(sql, plan)
        for seed in after.seeds { try sql.execute(seed) }
        let indexes = Set(try names(sql, "type = 'index'"))
        for index in after.indexes where !indexes.contains(index.name) { try sql.execute(index.sql) }
        for object in after.views + after.triggers { try sql.execute(object.sql) }
        try keep(sql, plan.schema, receivedAt: nowMilliseconds)
        try Settings(sql).put(.region, role.region)
        sql.forgetStatements()
    }

    private static func addColumns(_ sql: SQL, _ table: TablePlan) throws(ReplicaError) {
        let known = Set(try columns(sql, of: table.table.name))
        let definition = TableDefinition(plan: table)
        for (place, column) in table.table.columns.enumerated() where !known.contains(column.name) {
            try sql.execute(definition.add(column: place))
        }
        guard !table.escrow.isEmpty else { return }
        let held = "linli_held_\(table.table.name)"
        let units = Set(try columns(sql, of: held))
        for cell in table.escrow where !units.contains(table.column(ofCell: cell).name) {
            try sql.execute(
                "ALTER TABLE \(SQLName.quoted(held)) ADD COLUMN \(table.cells[cell]) INTEGER NOT NULL DEFAULT 0"
            )
        }
    }

    /// The capture has as many columns as the widest table needs.
    private static func widen(_ sql: SQL, _ plan: SchemaPlan) throws(ReplicaError) {
        let known = Set(try columns(sql, of: "linli_capture"))
        for key in 0..<plan.keyCellsMax where !known.contains(InternalTables.keyColumn(key)) {
            try sql.execute("ALTER TABLE linli_capture ADD COLUMN \(InternalTables.keyColumn(key)) ANY")
        }
        for delta in 0..<plan.counterCellsMax where !known.contains(InternalTables.deltaColumn(delta)) {
            try sql.execute("ALTER TABLE linli_capture ADD COLUMN \(InternalTables.deltaColumn(delta)) INTEGER")
        }
    }

    static func names(_ sql: SQL, _ condition: String) throws(ReplicaError) -> [String] {
        try texts(sql.statement("SELECT name FROM sqlite_schema WHERE \(condition) ORDER BY rowid"))
    }

    /// Generated columns included.
    static func columns(_ sql: SQL, of table: String) throws(ReplicaError) -> [String] {
        try texts(sql.statement("SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid").bind(1, table))
    }

    private static func texts(_ statement: Statement) throws(ReplicaError) -> [String] {
        defer { statement.clear() }
        var texts: [String] = []
        while try statement.step() { texts.append(statement.string(0)) }
        return texts
    }
}
