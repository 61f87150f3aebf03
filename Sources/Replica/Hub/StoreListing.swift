public import ChangeLog

/// A store as `hub stores` and the status list it. Whether it is online the node knows.
public struct StoreListing: Hashable, Sendable {
    public var store: NodeName
    public var region: String
    public var name: String
    public var state: HubStore.State
    /// nil before it joined.
    public var site: SiteID?
    /// Milliseconds since 1970 UTC.
    public var lastSeen: Int64?
    /// The last of its changesets that is merged.
    public var acknowledged: ChangesetNumber
    public var cursor: Cursor
    /// Positions between its cursor and the head.
    public var lag: Int64
    /// Lines of the quarantine that are not settled.
    public var quarantine: Int
    /// Its fenced sites, the oldest first, and the last number that the hub has of each.
    public var fenced: [(site: SiteID, acknowledged: ChangesetNumber)]

    public static func == (one: Self, other: Self) -> Bool {
        one.store == other.store && one.region == other.region && one.name == other.name && one.state == other.state
            && one.site == other.site && one.lastSeen == other.lastSeen && one.acknowledged == other.acknowledged
            && one.cursor == other.cursor && one.lag == other.lag && one.quarantine == other.quarantine
            && one.fenced.elementsEqual(other.fenced) { $0.site == $1.site && $0.acknowledged == $1.acknowledged }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(store)
        hasher.combine(site)
        hasher.combine(acknowledged)
        hasher.combine(cursor)
    }
}

extension HubWriter {
    /// In order of name.
    func listing() throws(ReplicaError) -> [StoreListing] {
        var quarantined: [NodeName: Int] = [:]
        let lines = try sql.statement(
            "SELECT store, count(*) FROM linli_quarantine WHERE settled_at IS NULL GROUP BY store"
        )
        while try lines.step() {
            if let store = NodeName(lines.string(0)) { quarantined[store] = Int(lines.integer(1)) }
        }
        return stores.inOrder.map { store in
            let site = store.site.map { sites[$0] }
            let cursor = site?.cursor ?? .start
            return StoreListing(
                store: store.store,
                region: store.region,
                name: store.name,
                state: store.state,
                site: site?.site,
                lastSeen: site?.lastSeen,
                acknowledged: site?.number ?? .none,
                cursor: cursor,
                lag: max(head - cursor.position.number, 0),
                quarantine: quarantined[store.store] ?? 0,
                fenced: sites.sites(of: store.store).filter { $0.state != .active }.map { ($0.site, $0.number) }
            )
        }
    }
}
