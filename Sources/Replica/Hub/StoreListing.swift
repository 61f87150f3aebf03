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
    /// Its fenced sites, the oldest first.
    public var fenced: [FencedSite]

    /// A site that speaks for its store no more: a disk that was lost, or replaced.
    public struct FencedSite: Hashable, Sendable {
        public var site: SiteID
        /// The last of its changesets that is merged.
        public var acknowledged: ChangesetNumber
        /// The last that it told to have sealed; at or above `acknowledged`.
        public var sealed: ChangesetNumber
    }
}

extension HubReplica {
    /// All stores, in order of name.
    public func stores() throws(ReplicaError) -> [StoreListing] {
        try inspect { hub in try StoreListing.all(hub.sql, hub.stores, hub.sites, head: hub.head) }
    }

    /// The same from a file whose daemon may or may not be running, and the head. Nothing is written.
    public static func stores(
        directory: String,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> (stores: [StoreListing], head: Position) {
        try ReplicaReading.of(directory, files: files) { sql in
            let head = try Settings(sql).integer(.head)
            let nowhere = SiteScopes(region: 0, store: 0, answers: 0)
            let sites = try SiteRegistry(sql) { _, _ in nowhere }
            return (try StoreListing.all(sql, StoreRegistry(sql), sites, head: head), Position(head))
        }
    }
}

extension StoreListing {
    fileprivate static func all(
        _ sql: SQL,
        _ stores: StoreRegistry,
        _ sites: SiteRegistry,
        head: Int64
    ) throws(ReplicaError) -> [StoreListing] {
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
                fenced: sites.sites(of: store.store).filter { $0.state != .active }.map { one in
                    FencedSite(site: one.site, acknowledged: one.number, sealed: max(one.number, one.sealed))
                }
            )
        }
    }
}
