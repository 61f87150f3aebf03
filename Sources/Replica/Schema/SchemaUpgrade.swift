import ChangeLog
import NetworkSchema

/// Brings a replica to a later version of its schema, in the caller's transaction: tables and columns are added, and
/// triggers and views that differ are made anew. Tills wait as long as this takes, so what is the same stays: a version
/// touches few of some hundred triggers, and each one made costs SQLite several walks through its schema. Nothing that
/// an application has written is touched, and its prepared statements go on.
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
        let after = ReplicaObjects(plan: plan, role: role)
        let views = try dropViews(sql, ReplicaObjects.views(plan: old, role: role), butNot: after.views)
        let triggers = try dropTriggers(sql, butNot: after.triggers)
        let present = Set(try names(sql, "type = 'table'"))
        for table in after.internalTables + after.tables where !present.contains(table.name) {
            try sql.execute(table.sql)
        }
        for table in plan.tables where present.contains(table.table.name) { try addColumns(sql, table) }
        try widen(sql, plan)
        for seed in after.seeds { try sql.execute(seed) }
        let indexes = Set(try names(sql, "type = 'index'"))
        for index in after.indexes where !indexes.contains(index.name) { try sql.execute(index.sql) }
        for view in views { try sql.execute(view.sql) }
        for trigger in triggers { try sql.execute(trigger.sql) }
        try keep(sql, plan.schema, receivedAt: nowMilliseconds)
        try Settings(sql).put(.region, role.region)
        sql.forgetStatements()
    }

    /// Drops the views that do not stand as they shall, and with them the triggers on these.
    ///
    /// - Returns: those to be made.
    private static func dropViews(
        _ sql: SQL,
        _ before: [NamedSQL],
        butNot after: [NamedSQL]
    ) throws(ReplicaError) -> [NamedSQL] {
        let present = try Set(
            texts(sql.statement("SELECT name, sql FROM sqlite_schema WHERE type = 'view'"), columns: 2).map {
                NamedSQL(name: $0[0], sql: $0[1])
            }
        )
        let wanted = Set(after)
        for view in before where !present.contains(view) || !wanted.contains(view) {
            try sql.execute("DROP VIEW IF EXISTS \(SQLName.quoted(view.name))")
        }
        return after.filter { !present.contains($0) }
    }

    /// Drops our triggers on each table and view whose triggers are not exactly those wanted. All of that table: SQLite
    /// fires them by the order in which they were made.
    ///
    /// - Returns: those to be made.
    private static func dropTriggers(
        _ sql: SQL,
        butNot after: [NamedTrigger]
    ) throws(ReplicaError) -> [NamedTrigger] {
        let present = try texts(
            sql.statement(
                """
                SELECT name, tbl_name, sql FROM sqlite_schema
                WHERE type = 'trigger' AND name GLOB 'linli_*' ORDER BY rowid
                """
            ),
            columns: 3
        ).map { NamedTrigger(name: $0[0], table: $0[1], sql: $0[2]) }
        let (found, wanted) = (Dictionary(grouping: present, by: \.table), Dictionary(grouping: after, by: \.table))
        for trigger in present where found[trigger.table] != wanted[trigger.table] {
            try sql.execute("DROP TRIGGER \(SQLName.quoted(trigger.name))")
        }
        return after.filter { found[$0.table] != wanted[$0.table] }
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
        try texts(sql.statement("SELECT name FROM sqlite_schema WHERE \(condition) ORDER BY rowid"), columns: 1)
            .map { $0[0] }
    }

    /// Generated columns included.
    static func columns(_ sql: SQL, of table: String) throws(ReplicaError) -> [String] {
        try texts(sql.statement("SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid").bind(1, table), columns: 1)
            .map { $0[0] }
    }

    private static func texts(_ statement: Statement, columns: Int) throws(ReplicaError) -> [[String]] {
        defer { statement.clear() }
        var rows: [[String]] = []
        while try statement.step() { rows.append((0..<columns).map { statement.string($0) }) }
        return rows
    }
}
