import ChangeLog

/// The runs of the hub: `linli_epoch`. Positions are ordered by epoch, so each epoch owns the positions from its first
/// to the first of the next.
struct Epochs {
    private struct Run {
        let epoch: Epoch
        let first: Int64
    }

    private var runs: [Run] = []

    init(_ sql: SQL) throws(ReplicaError) {
        let rows = try sql.statement("SELECT epoch, first_position FROM linli_epoch ORDER BY id")
        while try rows.step() {
            guard let raw = SiteID(rows.string(0))?.raw else {
                rows.reset()
                throw .damaged(what: "linli_epoch: \(rows.string(0))")
            }
            runs.append(Run(epoch: Epoch(raw), first: rows.integer(1)))
        }
    }

    /// Begins a run at `head`.
    mutating func open(_ epoch: Epoch, head: Int64, at now: Int64, _ sql: SQL) throws(ReplicaError) {
        try sql.statement("INSERT INTO linli_epoch (epoch, first_position, opened_at) VALUES (?1, ?2, ?3)")
            .bind(1, epoch.description).bind(2, head).bind(3, now).run()
        runs.append(Run(epoch: epoch, first: head))
    }

    var present: Epoch { runs.last?.epoch ?? .none }

    /// Whether this hub told that cursor, and still has all that lies before it. A cursor from before everything is
    /// known to all.
    func knows(_ cursor: Cursor, head: Int64) -> Bool {
        if cursor.position == .start { return true }
        guard let end = end(of: cursor.epoch, head: head) else { return false }
        return cursor.position.number <= end
    }

    func knows(_ epoch: Epoch) -> Bool { runs.contains { $0.epoch == epoch } }

    /// The greatest position at or below `cursor` that this hub's history shares with the history in which the cursor
    /// was told; `least` when the hub does not know its epoch.
    func common(_ cursor: Cursor, head: Int64, least: Position) -> Position {
        guard let end = end(of: cursor.epoch, head: head) else { return min(cursor.position, least) }
        return min(cursor.position, Position(end))
    }

    /// The last position of an epoch; nil for one that is unknown.
    private func end(of epoch: Epoch, head: Int64) -> Int64? {
        guard let place = runs.lastIndex(where: { $0.epoch == epoch }) else { return nil }
        return place + 1 < runs.count ? runs[place + 1].first : head
    }
}

extension HubWriter {
    /// The hub begins where a backup ends. Of several restores within the time that stores keep what came down, the one
    /// that set it back furthest counts: a store may come with the history before any of them.
    func noteRestored() throws(ReplicaError) {
        let (earlier, at) = (try settings.integerIfAny(.restoredHead), try settings.integerIfAny(.restoredAt))
        let isRecent = at.map { now - $0 < HubLimits.horizonMilliseconds } ?? false
        try settings.put(.restoredHead, isRecent ? min(earlier ?? head, head) : head)
        try settings.put(.restoredAt, now)
    }
}
