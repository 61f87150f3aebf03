public import ChangeLog

/// What became of the rights of a store that nobody hears of.
public struct Reclaiming: Hashable, Sendable {
    /// Its present site was fenced by this: it must join again.
    public var wasFenced = false
    /// Rows in which the hub got any.
    public var rows = 0
    public var units: Int64 = 0
}

extension HubReplica {
    /// All rights of a store become the hub's: those of lost disks, and those of its present site, which is fenced.
    ///
    /// The store may have promised units that nobody has heard of yet. When its outbox arrives they are taken from the
    /// hub's rights; what these do not cover is refused and stands in quarantine as `no rights`, one line for each
    /// promise, paid first by units that later reach the hub.
    ///
    /// - Returns: nil when the hub knows no such store.
    public func reclaimAll(of store: NodeName, nowMilliseconds: Int64) throws(ReplicaError) -> Reclaiming? {
        var done: Reclaiming?
        try transact(nowMilliseconds) { hub, _ in
            guard let entry = hub.stores[store] else { return }
            done = try hub.reclaimAll(of: entry)
        }
        return done
    }
}

extension HubWriter {
    fileprivate func reclaimAll(of store: HubStore) throws(ReplicaError) -> Reclaiming {
        var done = Reclaiming()
        if let present = store.site, sites[present].state == .active, !mistakes.contains(.reclaimUnfenced) {
            try fence(sites[present])
            done.wasFenced = true
        }
        for site in sites.sites(of: store.store) where site.state != .active || mistakes.contains(.reclaimUnfenced) {
            let holder = site.holder
            for table in tables {
                guard let ledgers = table.ledgers else { continue }
                for key in try ledgers.keys(of: holder) {
                    done.rows += 1
                    for ledger in try ledgers.load(key) { done.units += ledger.units(of: holder) }
                }
            }
            try moveRights(from: holder, to: NodeName.hub.text)
        }
        try shareGrants()
        return done
    }
}
