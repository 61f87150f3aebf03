import ChangeLog

/// What no store needs any more: tombstones and evictions that every store has seen, or that lie past the horizon;
/// answers that their site has committed; refusals that it has seen.
///
/// Law: a tombstone at or below `floor` may be gone; a round that began below it begins again at nothing. What is deleted
/// at or below `collected` may be forgotten altogether: only copies and stores past the horizon wrote before it.
extension HubWriter {
    /// - Returns: whether entries of the feed were dropped.
    func collectGarbage() throws(ReplicaError) -> Bool {
        try noteAge()
        let isCareless = mistakes.contains(.forgetTombstones)
        let least = isCareless ? Position(head) : leastSafe(seenSince: now - HubLimits.horizonMilliseconds)
        let limit = max(least, Position(try horizon()))
        if !isCareless, limit > floor, limit > leastSafe(seenSince: .min) {
            floor = limit
            try settings.put(.floor, limit.number)
        }
        var isDropped = try dropGraves(upTo: limit)
        for site in sites.all where !site.isHub {
            if try dropAnswers(of: site) { isDropped = true }
            try refused.forget(site, upTo: site.safe)
        }
        if try OwnDeltaTable(sql: sql).drop(before: now - HubLimits.horizonMilliseconds) { isDropped = true }
        return isDropped
    }

    /// The least safe position of the sites that were seen since, and may come back.
    private func leastSafe(seenSince instant: Int64) -> Position {
        var least = Position(head)
        for site in sites.all where !site.isHub && site.state != .retired {
            if (site.lastSeen ?? site.joinedAt) > instant { least = min(least, site.safe) }
        }
        return least
    }

    private func noteAge() throws(ReplicaError) {
        let last = try sql.statement("SELECT max(at) FROM linli_age").firstInteger()
        if let last, now - last < HubLimits.ageMilliseconds { return }
        try sql.statement("INSERT OR IGNORE INTO linli_age (at, position) VALUES (?1, ?2)")
            .bind(1, now).bind(2, head).run()
    }

    /// The greatest position that stood when the horizon began.
    private func horizon() throws(ReplicaError) -> Int64 {
        let instant = now - HubLimits.horizonMilliseconds
        guard let at = try sql.statement("SELECT max(at) FROM linli_age WHERE at <= ?1").bind(1, instant).firstInteger()
        else { return 0 }
        try sql.statement("DELETE FROM linli_age WHERE at < ?1").bind(1, at).run()
        return try sql.statement("SELECT position FROM linli_age WHERE at = ?1").bind(1, at).firstInteger() ?? 0
    }

    private func dropGraves(upTo limit: Position) throws(ReplicaError) -> Bool {
        let graves = try sql.statement(
            "SELECT position, scope, tbl, key FROM linli_grave WHERE position <= ?1 ORDER BY position LIMIT ?2"
        )
        graves.bind(1, limit.number).bind(2, HubLimits.gravesMax)
        var found: [(position: Int64, scope: Int64, row: RowKey)] = []
        while try graves.step() {
            let row = RowKey(table: Int(graves.integer(2)), key: KeyBytes(stored: graves.bytes(3)))
            found.append((graves.integer(0), graves.integer(1), row))
        }
        let evicted = try sql.statement(
            "DELETE FROM linli_feed WHERE scope = ?1 AND position = ?2 AND tbl = ?3 AND key = ?4 AND kind = ?5"
        )
        for grave in found {
            if grave.scope == FeedWriter.tombstone {
                try dropTombstone(grave.row, at: grave.position)
            } else {
                evicted.bind(1, grave.scope).bind(2, grave.position).bind(3, grave.row.table)
                try evicted.bind(4, .blob(grave.row.key.bytes)).bind(5, FeedKind.evicted.rawValue).run()
            }
        }
        if let last = found.last?.position {
            try sql.statement("DELETE FROM linli_grave WHERE position <= ?1").bind(1, last).run()
            if !mistakes.contains(.forgetTombstones) {
                collected = last
                try settings.put(.collected, last)
            }
        }
        return !found.isEmpty
    }

    /// The row is forgotten, unless it began again, or was deleted again later.
    private func dropTombstone(_ row: RowKey, at position: Int64) throws(ReplicaError) {
        let table = tables[row.table]
        let key: [Value]
        do {
            key = try row.key.key()
        } catch {
            throw .damaged(what: "linli_grave: \(error)")
        }
        guard let meta = try table.rows.loadMeta(key), !meta.isAlive, meta.deletedAt == position else { return }
        try table.rows.forget(key)
        for entry in try feed.entries(of: row) where entry.kind == .row { try feed.remove(row, scope: entry.scope) }
    }

    /// Answers and notes that the site has committed; all, when it reads no more.
    private func dropAnswers(of site: HubSite) throws(ReplicaError) -> Bool {
        let limit = site.state == .active ? site.cursor.position.number : Int64.max
        guard limit > site.answersDropped else { return false }
        try sql.statement("DELETE FROM linli_feed WHERE scope = ?1 AND position <= ?2")
            .bind(1, site.scopes.answers).bind(2, limit).run()
        site.answersDropped = limit
        return sql.changes > 0
    }
}
