import ChangeLog
import NetworkSchema

/// What a hub that was restored from a backup adopts of the chunks that it once sent (rule 19).
///
///     row that the hub began, and lacks        ──▶ inserted, with its effects, at the stamp that it had
///     cells that the hub wrote later           ──▶ merged by their rules, with their stamps     \
///     what the hub added to counters           ──▶ added again, once
///     row that is dead there and alive here    ──▶ deleted, with its effects and children         } after the outbox
///
/// Laws: only what the hub itself wrote is adopted: whatever a store wrote comes in its changesets, with its deltas and
/// effects, and would count twice. Who began a row is told by its least stamp. What the hub has stands, by the rules of
/// lives and stamps; so offers may come in any order, and twice. A row that cannot be written (its rights are gone, its
/// parent is missing) is tried again after the outbox, and then named in the quarantine.
///
/// What the hub added to counters, otherwise than by an effect, comes as notes of its own (`OwnDelta`). What is not to be
/// had: rows that no store receives.
extension HubWriter {
    /// - Returns: how many rows were lacking, or lacked something.
    func adopt(_ offer: OfferedChunk, from site: HubSite) throws(ReplicaError) -> Int {
        var adoption = try Adoption(self, offer, site)
        var reader = ChunkReader(offer.bytes)
        while let entry = try next(&reader) {
            if epochs.knows(Cursor(epoch: offer.epoch, position: entry.position), head: head) { continue }
            if case .note(let note) = entry.content {
                if note.kind == .ownDelta { try adoption.add(note) }
                continue
            }
            guard tables.indices.contains(entry.table), let shape = reader.shape,
                tables[entry.table].plan.shape.isGrown(from: shape)
            else { continue }
            try adoption.take(entry, tables[entry.table])
        }
        return adoption.rows
    }

    private func next(_ reader: inout ChunkReader) throws(ReplicaError) -> FeedRow? {
        do {
            return try reader.next()
        } catch {
            throw .damaged(what: "a chunk that this hub sealed (\(error))")
        }
    }
}

/// One chunk's entries on their way into the tables.
struct Adoption {
    let hub: HubWriter
    let site: HubSite
    let isAfterOutbox: Bool
    /// The last position that the hub's history shares with the lost one.
    let lostAfter: Int64
    var rows = 0

    init(_ hub: HubWriter, _ offer: OfferedChunk, _ site: HubSite) throws(ReplicaError) {
        self.hub = hub
        self.site = site
        isAfterOutbox = offer.isAfterOutbox
        let end = Cursor(epoch: offer.epoch, position: Position(hub.head))
        let restored = Position(try hub.settings.integerIfAny(.restoredHead) ?? 0)
        lostAfter = hub.epochs.common(end, head: hub.head, least: restored).number
    }

    mutating func take(_ entry: FeedRow, _ table: HubTable) throws(ReplicaError) {
        let stored = try table.rows.load(entry.key)
        let life = stored?.meta.life ?? 0
        switch entry.content {
        case .row(let state, _) where state.life > life:
            if let stored, stored.meta.isAlive {
                // Deleted and begun again in the lost history.
                guard isAfterOutbox, try delete(entry.key, life: state.life - 1, table) else { return }
            }
            try insert(entry.key, state, table)
        case .row(let state, _) where state.life == life && isAfterOutbox:
            if let stored { try update(entry.key, state, stored, table) }
        case .gone(let dead) where dead > life && isAfterOutbox:
            if let stored {
                if stored.meta.isAlive { _ = try delete(entry.key, life: dead, table) }
            } else {
                try remember(entry.key, deadAt: dead, table)
            }
        case .row, .gone, .evicted, .note: break
        }
    }

    // MARK: What the hub wrote

    func isOwn(_ clock: CellClock) -> Bool { clock.site == hub.ownSite.site }

    /// The stamp of the row's beginning, if the hub began it.
    func beginning(of state: RowState, _ table: HubTable) -> Stamp? {
        var least: CellClock?
        for cell in state.clocks.indices where table.plan.clocked >> UInt64(cell) & 1 == 1 {
            let clock = state.clocks[cell]
            if least.map({ clock.stamp < $0.stamp }) ?? true { least = clock }
        }
        guard let least, isOwn(least) else { return nil }
        return least.stamp
    }
}
