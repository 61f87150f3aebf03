import ChangeLog
public import NetworkSchema

/// The network's schema grows by a version.
extension HubReplica {
    /// Brings the hub to the next version of its schema, in one transaction: what was written at the hub before is
    /// sealed under the version before. Stores get it in their feed, before the first chunk that was written under it;
    /// what they write until then lands under it. Rows that get a column are not sent again.
    ///
    /// - Parameter next: the whole document of the next version, its tables and columns in any order.
    /// - Throws: `SchemaError` for a version that does more than add; `ReplicaError`. Nothing has changed then.
    public func applySchema(_ next: NetworkSchema, nowMilliseconds: Int64) throws {
        let before = try writer.use { _ in present.plan }
        try before.schema.checkSuccessor(next)
        let plan = SchemaPlan(next.ordered(like: before.schema))
        try transact(nowMilliseconds, afterwards: { present.adopt(plan) }) { hub, _ in
            try hub.sealOwn()
            try ReplicaSchema.reinstall(
                hub.sql,
                from: before,
                to: plan,
                role: .hub,
                nowMilliseconds: nowMilliseconds
            )
            try HubTables.add(hub.sql, plan: plan)
        }
        cache.empty()
        // A writer of the new version, and with it what readers are told.
        try transact(nowMilliseconds) { _, _ in }
    }
}

extension HubReplica.Present {
    /// The file is of this version. The writer that stands in memory is not.
    func adopt(_ next: SchemaPlan) {
        hub = nil
        plan = next
        alterations = AlterationWatch()
    }
}
