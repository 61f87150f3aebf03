import ChangeLog

/// How stores and their sites come and go, inside a transaction of the writer.
extension HubWriter {
    /// A new site speaks for the store from now on.
    ///
    /// - Parameter leaving: what becomes of the present one.
    func takeOver(
        _ store: HubStore,
        by site: SiteID,
        leaving: HubSite.State = .fenced
    ) throws(ReplicaError) -> HubSite {
        if let present = store.site { try fence(sites[present], as: leaving) }
        let scopes = try HubWriter.scopes(of: site, store: store.store, stores, self.scopes)
        let taken = try sites.add(site, store: store.store, scopes: scopes, at: now)
        var store = store
        store.site = taken.id
        store.state = .active
        store.joinedAt = now
        try stores.save(store)
        try tellOpenLines(of: store.store, to: taken)
        try shareGrants()
        return taken
    }

    /// What of the store's is not settled stands at its new disk too.
    private func tellOpenLines(of store: NodeName, to site: HubSite) throws(ReplicaError) {
        for (table, query) in [
            (
                NoteTable.quarantine,
                "SELECT id FROM linli_quarantine WHERE store = ?1 AND settled_at IS NULL ORDER BY id"
            ),
            (.conflict, "SELECT id FROM linli_conflict WHERE lost_by = ?1 AND settled_at IS NULL ORDER BY id"),
        ] {
            let lines = try sql.statement(query).bind(1, store.text)
            var open: [Int64] = []
            while try lines.step() { open.append(lines.integer(0)) }
            for line in open { try feed.note(table, line: line, to: site, at: nextPosition()) }
        }
    }

    /// The site speaks for its store no more. Its rights stay with it, frozen.
    func fence(_ site: HubSite, as state: HubSite.State = .fenced) throws(ReplicaError) {
        guard site.state == .active else { return }
        try moveRights(
            from: site.store.text,
            to: HubSite.fencedHolder(store: site.store, site: site.site)
        )
        site.state = state
        sites.touch(site)
        try leaving.forget(site)
    }

    /// The rights of a store's fenced sites become the hub's.
    ///
    /// - Returns: whether there were any.
    func release(_ store: NodeName) throws(ReplicaError) -> Bool {
        let before = moved.count
        for site in sites.sites(of: store) where site.state != .active {
            try moveRights(
                from: HubSite.fencedHolder(store: store, site: site.site),
                to: NodeName.hub.text
            )
        }
        let hasMoved = moved.count > before
        try shareGrants()
        return hasMoved
    }

    func retire(_ store: HubStore) throws(ReplicaError) {
        for site in sites.sites(of: store.store) {
            try fence(site)
            site.state = .retired
            sites.touch(site)
        }
        var store = store
        store.state = .retired
        store.secretHash = nil
        try stores.save(store)
    }

    /// The hub knows less than the stores do: until it hears of a store, its rows' rights are not given away.
    func holdRights(exceptSeenSince instant: Int64) throws(ReplicaError) {
        for var store in stores.inOrder where store.state == .active {
            guard let site = store.site, (sites[site].lastSeen ?? 0) < instant else { continue }
            store.isAway = true
            try stores.save(store)
        }
    }
}
