public import ChangeLog
import NetworkSchema

/// A replica's file: made from a schema, brought to a later version of it, and checked.
///
/// Every object of ours is made from the plan and the role alone, so that what stands in the file can be compared with
/// what should stand there. The caller owns the transaction, and each verb needs one.
public enum ReplicaSchema {
    /// The version of the file's format, in `linli_setting` and in `PRAGMA user_version`.
    public static let format = 1

    /// `PRAGMA application_id`: "LnLi".
    static let applicationID = 0x4c6e_4c69

    /// Makes an empty replica in an empty file.
    public static func create(
        _ sql: SQL,
        plan: SchemaPlan,
        role: NodeRole,
        site: SiteID,
        network: String,
        nowMilliseconds: Int64
    ) throws(ReplicaError) {
        try sql.execute("PRAGMA application_id = \(applicationID)")
        try sql.execute("PRAGMA user_version = \(format)")
        let objects = ReplicaObjects(plan: plan, role: role)
        for table in objects.internalTables + objects.tables { try sql.execute(table.sql) }
        for seed in objects.seeds { try sql.execute(seed) }
        try writeSettings(sql, role: role, site: site, network: network)
        try keep(sql, plan.schema, receivedAt: nowMilliseconds)
        for object in objects.indexes + objects.views { try sql.execute(object.sql) }
        for trigger in objects.triggers { try sql.execute(trigger.sql) }
        sql.forgetStatements()
    }

    /// Refuses a file that is no replica, or one that a later program made.
    public static func checkFormat(_ sql: SQL, file: String) throws(ReplicaError) {
        let marks = try sql.statement(
            "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version)"
        )
        defer { marks.reset() }
        guard try marks.step(), marks.integer(0) == Int64(applicationID) else { throw .notANode(directory: file) }
        let found = Int(marks.integer(1))
        guard found <= format else { throw .newer(file: file, format: found) }
    }

    /// Notes a version of the schema as received.
    static func keep(_ sql: SQL, _ schema: NetworkSchema, receivedAt milliseconds: Int64) throws(ReplicaError) {
        try sql.statement(
            "INSERT INTO linli_schema(version, document, received_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        ).bind(1, schema.version).bind(2, schema.document).bind(3, milliseconds).run()
        try Settings(sql).put(.schemaVersion, Int64(schema.version))
    }

    private static func writeSettings(
        _ sql: SQL,
        role: NodeRole,
        site: SiteID,
        network: String
    ) throws(ReplicaError) {
        let settings = Settings(sql)
        try settings.put(.format, Int64(format))
        try settings.put(.role, role.word)
        try settings.put(.node, role.node.text)
        try settings.put(.region, role.region)
        try settings.put(.network, network)
        try settings.put(site: site)
        try settings.put(.origin, site.description)
        try settings.put(.captured, 0)
    }
}

/// Everything of ours that stands in `sqlite_schema`, in creation order.
struct ReplicaObjects {
    let internalTables: [NamedSQL]
    let tables: [NamedSQL]
    let indexes: [NamedSQL]
    let views: [NamedSQL]
    let triggers: [NamedTrigger]
    let seeds: [String]

    init(plan: SchemaPlan, role: NodeRole) {
        let inner = InternalTables(plan: plan, role: role)
        internalTables = inner.tables
        seeds = inner.seeds
        let definitions = plan.tables.map { TableDefinition(plan: $0) }
        tables = definitions.map { NamedSQL(name: $0.plan.table.name, sql: $0.create) }
        indexes = (role.isHub ? [] : definitions.flatMap(\.indexes)) + plan.schema.indexes.map(Self.index)
        let triggersOfTables = plan.tables.map { TableTriggers(plan: plan, table: $0, role: role) }
        views = Self.views(plan: plan, inner, triggersOfTables)
        triggers =
            (GrantTriggers(plan: plan, role: role).all
            + triggersOfTables.flatMap(\.all))
            .map { NamedTrigger(name: $0.name, table: $0.table, sql: $0.sql) }
    }

    /// The views alone: without them nobody needs the triggers' texts.
    static func views(plan: SchemaPlan, role: NodeRole) -> [NamedSQL] {
        let triggers = plan.tables.map { TableTriggers(plan: plan, table: $0, role: role) }
        return views(plan: plan, InternalTables(plan: plan, role: role), triggers)
    }

    private static func views(
        plan: SchemaPlan,
        _ inner: InternalTables,
        _ triggers: [TableTriggers]
    ) -> [NamedSQL] {
        inner.views + triggers.compactMap(\.guardView)
            + plan.schema.views.map { view in
                NamedSQL(name: view.name, sql: "CREATE VIEW \(SQLName.quoted(view.name)) AS \(view.select)")
            }
    }

    private static func index(_ index: NetworkSchema.Index) -> NamedSQL {
        let columns = index.columns.map(SQLName.quoted).joined(separator: ", ")
        return NamedSQL(
            name: index.name,
            sql: "CREATE INDEX \(SQLName.quoted(index.name)) ON \(SQLName.quoted(index.table))(\(columns))"
        )
    }
}
