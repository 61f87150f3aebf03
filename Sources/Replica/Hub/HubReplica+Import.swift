public import ChangeLog

/// How a site stands to the hub, for what of it comes otherwise than by a session.
public struct SiteStanding: Hashable, Sendable {
    public var storeState: HubStore.State
    /// nil: the hub knows the store, and not this site of it.
    public var siteState: String?
    /// The last changeset that the hub has of the site, and its hash.
    public var number: ChangesetNumber
    public var hash: ChangesetHash

    /// The store and the site take part, or the site is an earlier one of a store that does.
    public var takesPart: Bool {
        storeState == .active && siteState.map { $0 != HubSite.State.retired.rawValue } == true
    }
}

extension HubReplica {
    /// nil: the hub knows no such store, or the site is another store's.
    public func standing(of site: SiteID, store: NodeName) throws(ReplicaError) -> SiteStanding? {
        try inspect { hub in
            guard let entry = hub.stores[store] else { return nil }
            guard let known = hub.sites[site] else {
                return SiteStanding(storeState: entry.state, siteState: nil, number: .none, hash: .none)
            }
            guard known.store == store else { return nil }
            return SiteStanding(
                storeState: entry.state,
                siteState: known.state.rawValue,
                number: known.number,
                hash: known.hash
            )
        }
    }

    /// Enters a site that the hub does not know (it was restored from a backup that is older) as an earlier one of its
    /// store, so that its changesets can be merged. It holds no rights. One that is known stays as it is.
    public func admit(_ site: SiteID, of store: NodeName, nowMilliseconds: Int64) throws(ReplicaError) {
        try transact(nowMilliseconds) { hub, _ in
            guard hub.sites[site] == nil, hub.stores[store] != nil else { return }
            let scopes = try HubWriter.scopes(of: site, store: store, hub.stores, hub.scopes)
            let added = try hub.sites.add(site, store: store, scopes: scopes, at: nowMilliseconds)
            added.state = .fenced
            hub.sites.touch(added)
        }
    }
}
