import ChangeLog

/// What a write made of a living row.
struct RowChange {
    let key: [Value]
    /// As it stood.
    let stored: StoredRow
    /// As it stands.
    let state: RowState
    let position: Int64
}

extension ChangesetMerge {
    /// Writes the changed cells, the clocks and the row's place in the feed; moves it, and its children with it, when
    /// it now belongs elsewhere.
    ///
    /// - Returns: why a constraint refused the values; then nothing was done.
    func save(
        _ change: RowChange,
        written: UInt64,
        _ table: HubTable,
        isExact: Bool
    ) throws(ReplicaError) -> QuarantineReason? {
        var changed: UInt64 = 0
        var rest = written
        while rest != 0 {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            if change.state.values[cell] != change.stored.values[cell] { changed |= 1 << UInt64(cell) }
        }
        if changed != 0 {
            let reason = try ReplicaError.constraint { () throws(ReplicaError) in
                try table.rows.update(change.key, cells: changed, of: change.state.values)
            }
            if let reason { return reason }
        }
        var meta = change.stored.meta
        let row = { RowKey(table: table.plan.number, key: change.key) }
        let old = try hub.scopes(of: row(), meta, table)
        var new = old
        if changed & table.sources.cells != 0 {
            // What is written now knows all that stands here: no parent died after it.
            let landing = try hub.landing(table, change.key, change.state.values, site: site, base: hub.head)
            new = landing.scopes ?? .hub
            if case .orphan(let parent, _) = landing { try hub.orphans.put(row(), of: parent) }
        }
        meta.move(to: change.position, by: site.id)
        if !isExact || new != old { meta.foreignPosition = change.position }
        meta.scope = new.first
        hub.write(change.state.clocks, clocked: table.plan.clocked, into: &meta)
        try table.rows.save(meta, of: change.key)
        try hub.place(table, change.key, meta, from: old, to: new)
        if new != old { try hub.moveChildren(of: table, key: change.key, by: site) }
        if !site.scopes.receives(new), !site.scopes.receives(old) { answer(change.key, table, at: change.position) }
        return nil
    }
}

extension RowMeta {
    /// A row that begins, wholly written by one site.
    init(begunAt position: Int64, life: Int, by site: Int64, stamp: Int64, scope: Int64) {
        self.init(
            life: life,
            deletedAt: 0,
            position: position,
            clockPosition: position,
            site: site,
            stamp: stamp,
            scope: scope,
            by: site,
            foreignPosition: 0,
            exceptions: []
        )
    }
}

extension ReplicaError {
    /// Runs a write of values that came from outside.
    ///
    /// - Returns: why a constraint of the table refused them; nil when they stand.
    static func constraint(
        _ write: () throws(ReplicaError) -> Void
    ) throws(ReplicaError) -> QuarantineReason? {
        do {
            try write()
            return nil
        } catch {
            guard case .sqlite(_, let message, _) = error, error.primaryCode == 19 else { throw error }
            let what = message.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? message
            return .check(what)
        }
    }
}
