public import ChangeLog
import NetworkSchema

/// A row that somebody at the store has seen to, and the row by which the hub knows it: a shelf, and the count of it.
public struct RightsWitness: Hashable, Sendable {
    public struct Place: Hashable, Sendable {
        public var table: String
        public var key: [Value]

        public init(_ table: String, _ key: [Value]) { (self.table, self.key) = (table, key) }
    }

    public var store: NodeName
    /// The row whose rights are stranded.
    public var rights: Place
    /// Written once seen to; it counts only if the store's present site wrote it.
    public var seen: Place

    public init(store: NodeName, rights: Place, seen: Place) {
        (self.store, self.rights, self.seen) = (store, rights, seen)
    }
}

extension HubReplica {
    /// The rights that lost disks of a store still hold in rows that its present site has seen to since become the
    /// hub's. Rights of the present site, and those of a store that has none, stay.
    ///
    /// - Returns: how many units of each witness; 0 where it vouches for nothing.
    public func release(_ witnesses: [RightsWitness], nowMilliseconds: Int64) throws(ReplicaError) -> [Int64] {
        var units: [Int64] = []
        try transact(nowMilliseconds) { hub, _ in
            try hub.sealOwn()
            units = try witnesses.map { witness throws(ReplicaError) in try hub.release(witness) }
            try hub.shareGrants()
        }
        return units
    }
}

extension HubWriter {
    fileprivate func release(_ witness: RightsWitness) throws(ReplicaError) -> Int64 {
        guard let site = stores[witness.store]?.site, sites[site].state == .active,
            let seen = tables.first(where: { $0.plan.table.name == witness.seen.table }),
            let meta = try seen.rows.loadMeta(witness.seen.key), meta.isAlive, meta.site == site,
            let table = tables.first(where: { $0.plan.table.name == witness.rights.table })
        else { return 0 }
        var units: Int64 = 0
        for fenced in sites.sites(of: witness.store) where fenced.state != .active {
            units += try moveRights(
                in: table,
                witness.rights.key,
                from: HubSite.fencedHolder(store: witness.store, site: fenced.site),
                to: NodeName.hub.text
            )
        }
        return units
    }
}
