import ChangeLog

/// A row's way between scopes, and what its children do with it. Used for whoever writes: a site, or the hub itself.
extension HubWriter {
    /// The next position of the feed.
    @inline(__always)
    func nextPosition() -> Int64 {
        head += 1
        return head
    }

    /// Puts a row, whose entry in `linli_row_T` stands at `meta.position` already, into the feed of its scopes.
    ///
    /// - Parameters:
    ///   - old: the scopes that it had; nil for a row that was nowhere.
    ///   - new: the scopes that it has.
    func place(
        _ table: HubTable,
        _ key: [Value],
        _ meta: RowMeta,
        from old: RowScopes?,
        to new: RowScopes
    ) throws(ReplicaError) {
        scopes.touch(meta.scope, table: table.plan.number, at: meta.position)
        guard old != new || !new.others.isEmpty else { return }
        let row = RowKey(table: table.plan.number, key: key)
        for scope in new.others { try feed.put(.row, row, scope: scope, at: meta.position) }
        guard let old, old != new else { return }
        var isLeaving = false
        for scope in old.all where scope != HubScope.hubID && !new.contains(scope) {
            if isCovered(scope, by: new) {
                try feed.remove(row, scope: scope)
            } else {
                try feed.evict(row, from: scope, at: meta.position)
                isLeaving = true
            }
        }
        if isLeaving { try noteLeaving(table, key, to: new, at: meta.position) }
        // An older eviction from where the row is now, or its entry as a further scope, says nothing any more.
        try feed.remove(row, scope: new.first)
        lastParent = nil
    }

    /// Whether every store of `scope` receives the row still.
    private func isCovered(_ scope: Int64, by new: RowScopes) -> Bool {
        if new.contains(HubScope.networkID) { return true }
        guard case .store(let bytes) = scopes[scope].name, let store = NodeName(String(decoding: bytes, as: UTF8.self)),
            let region = stores[store]?.region, !region.isEmpty
        else { return false }
        return new.all.contains { scopes[$0].name == .region(Array(region.utf8)) }
    }

    /// The row's scopes changed, or it began: its children stand where it stands.
    func moveChildren(of table: HubTable, key: [Value], by site: HubSite) throws(ReplicaError) {
        guard !table.children.isEmpty else { return }
        for child in try children(of: table, key: key) {
            guard let stored = try child.table.rows.load(child.key), stored.meta.isAlive else { continue }
            let row = RowKey(table: child.table.plan.number, key: child.key)
            let landing = try self.landing(
                child.table,
                child.key,
                stored.values,
                site: sites[stored.meta.site],
                base: head
            )
            let (old, new) = (try scopes(of: row, stored.meta, child.table), landing.scopes ?? .hub)
            if case .orphan(let parent, _) = landing { try orphans.put(row, of: parent) }
            guard !new.isSameSet(as: old) else { continue }
            var meta = stored.meta
            meta.move(to: nextPosition(), by: site.id)
            meta.foreignPosition = meta.position
            meta.scope = new.first
            try child.table.rows.save(meta, of: child.key)
            try place(child.table, child.key, meta, from: old, to: new)
            try moveChildren(of: child.table, key: child.key, by: site)
        }
    }

    /// The row is deleted, its values are gone from T: makes its entry a tombstone at `position`.
    func bury(
        _ table: HubTable,
        _ key: [Value],
        _ meta: inout RowMeta,
        life: Int,
        at position: Int64,
        by site: HubSite
    ) throws(ReplicaError) {
        let row = RowKey(table: table.plan.number, key: key)
        meta.move(to: position, by: site.id)
        meta.life = life
        meta.deletedAt = position
        meta.exceptions = []
        try table.rows.save(meta, of: key)
        let scopes = try scopes(of: row, meta, table)
        try place(table, key, meta, from: scopes, to: scopes)
        try feed.bury(row, scope: FeedWriter.tombstone, at: position)
        try table.ledgers?.drop(key)
        lastParent = nil
    }

    /// Deletes the children of a row that is gone, and theirs.
    func deleteChildren(of table: HubTable, key: [Value], by site: HubSite) throws(ReplicaError) {
        guard !table.children.isEmpty, !mistakes.contains(.keepChildren) else { return }
        for child in try children(of: table, key: key) {
            guard var meta = try child.table.rows.loadMeta(child.key), meta.isAlive else { continue }
            try child.table.rows.delete(child.key)
            try bury(child.table, child.key, &meta, life: meta.life + 1, at: nextPosition(), by: site)
            try child.table.rows.raiseForeign(child.key, to: meta.position)
            try deleteChildren(of: child.table, key: child.key, by: site)
        }
    }

    /// The row began: children that waited for it come to it.
    func adopt(_ table: HubTable, key: [Value], by site: HubSite) throws(ReplicaError) {
        guard !table.children.isEmpty else { return }
        lastParent = nil
        guard orphans.count > 0 else { return }
        if try orphans.take(of: RowKey(table: table.plan.number, key: key)) {
            try moveChildren(of: table, key: key, by: site)
        }
    }
}

extension Landing {
    /// nil for a row that dies where it lands.
    var scopes: RowScopes? {
        switch self {
        case .scopes(let scopes), .orphan(_, let scopes): scopes
        case .deleted: nil
        }
    }
}
