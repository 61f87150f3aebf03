public import ChangeLog
import NetworkSchema

/// What a replica's file says of its node to whoever looks: for `linli status`, with a daemon or without.
public struct NodeFacts: Hashable, Sendable {
    public var role: NodeRole
    public var site: SiteID
    /// The site that a store was before its replica turned out to be a copy; nil when it never did.
    public var formerSite: String?
    public var network: String
    /// HOST:PORT: where a store dials, and what a hub's join tokens name.
    public var address: String
    public var schemaName: String
    public var schemaVersion: Int
    /// Not settled yet.
    public var conflicts: Int64
    public var quarantine: Int64
    /// Rows of the schema's `exception_` views.
    public var exceptions: Int64
    /// What an application altered of ours, as `ReplicaError.altered` names it; nil when nothing.
    public var alteration: String?

    /// Reads a node's replica without writing to it.
    ///
    /// - Throws: `ReplicaError.notANode`, `.newer`, or what SQLite says.
    public static func read(
        directory: String,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> NodeFacts {
        try ReplicaReading.of(directory, files: files) { sql in
            let plan = try SchemaPlan.stored(sql)
            let settings = Settings(sql)
            let role = try settings.role()
            return NodeFacts(
                role: role,
                site: try settings.site(),
                formerSite: try settings.textIfAny(.formerSite),
                network: try settings.text(.network),
                address: try settings.text(.address),
                schemaName: plan.schema.name,
                schemaVersion: plan.schema.version,
                conflicts: try count("linli_conflict WHERE settled_at IS NULL", sql),
                quarantine: try count("linli_quarantine WHERE settled_at IS NULL", sql),
                exceptions: try ExceptionViews.count(sql, plan: plan).reduce(0) { $0 + Int64($1.rows) },
                alteration: try ReplicaSchema.alterations(sql, plan: plan, role: role).first
            )
        }
    }

    private static func count(_ what: String, _ sql: SQL) throws -> Int64 {
        let statement = try sql.statement("SELECT count(*) FROM \(what)")
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }
}
