/// Sees whether an application altered what is ours, at the cost of one number a look: SQLite counts the changes of a
/// file's schema, and only when that number has moved is everything compared again.
struct AlterationWatch {
    private var seen: (version: Int64, alteration: String?)?

    /// Looks once, in the snapshot or transaction under way.
    ///
    /// - Throws: `ReplicaError.altered` as long as something differs.
    mutating func look(_ sql: SQL, plan: SchemaPlan, role: NodeRole) throws(ReplicaError) {
        let version = try sql.statement("PRAGMA schema_version").firstInteger() ?? 0
        if seen?.version != version {
            seen = (version, try ReplicaSchema.alterations(sql, plan: plan, role: role).first)
        }
        if let alteration = seen?.alteration { throw .altered(object: alteration) }
    }
}

extension StoreReplica {
    /// Whether the tables, triggers and views are as we made them. As long as they are not, what tills write may go
    /// uncaptured, and is not to be sealed.
    ///
    /// - Throws: `ReplicaError.altered`, or what SQLite says.
    public func verifyUnaltered() throws(ReplicaError) {
        let role = NodeRole.store(name, region: region)
        let plan = plan
        var watch = alterations
        defer { alterations = watch }
        try client.read { sql in try watch.look(sql, plan: plan, role: role) }
    }
}
