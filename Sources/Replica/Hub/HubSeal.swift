import ChangeLog

/// The hub's own writes on their way into the feed. Applications at the hub write T, its triggers write the rights; what
/// remains is what the hub knows of each row: life, clocks, scopes, position.
///
/// Law: sealed before anything is merged, and before a snapshot of the feed is read; so feed values, which come from
/// live tables, are always those of the position at which the row stands.
extension HubWriter {
    /// Seals what was captured. Part of the transaction under way.
    ///
    /// - Parameter stamps: of rows whose writes are older than their captures.
    func sealOwn(stamps: [RowKey: Stamp] = [:]) throws(ReplicaError) {
        let before = head
        var clock = self.clock
        do {
            let result = try CaptureFold.fold(
                sql,
                plan: plan,
                after: captured,
                life: { [self] in try knownLife($0) },
                clock: &clock
            ) { operation, _ in
                var operation = operation
                if !stamps.isEmpty, let stamp = stamps[RowKey(table: operation.table, key: operation.key)] {
                    operation.stamp = stamp
                }
                try sealOne(operation, before: before)
            }
            guard let result else { return }
            self.clock.see(clock.last)
            captured = result.through
        } catch {
            throw ReplicaError(wrapping: error, path: "linli_capture")
        }
        // The newest row stays, so that no seq is given twice.
        try sql.statement("DELETE FROM linli_capture WHERE seq < ?1").bind(1, captured).run()
    }

    /// The row's life before what was captured; nil when it is the usual one.
    private func knownLife(_ row: RowKey) throws -> Int? {
        try tables[row.table].rows.loadMeta(try row.key.key())?.life
    }

    private func sealOne(_ operation: Operation, before: Int64) throws(ReplicaError) {
        let table = tables[operation.table]
        let stored = try table.rows.load(operation.key)
        let position = stored.map { $0.meta.position > before ? $0.meta.position : nextPosition() } ?? nextPosition()
        switch operation.kind {
        case .insert:
            try sealBegun(stored?.meta, operation, table, at: position)
            try noteOwnDelta(operation, table)
        case .update:
            guard let stored, stored.meta.isAlive else { return }
            try sealChanged(stored, operation, table, at: position)
            try noteOwnDelta(operation, table)
        case .delete:
            guard var meta = stored?.meta else { return }
            try bury(table, operation.key, &meta, life: operation.life, at: position, by: ownSite)
        case .grant(let cell, let receiver, let units):
            guard let stored, stored.meta.isAlive, let place = table.plan.escrow.firstIndex(of: cell) else { return }
            try sealGrant(stored, operation, table, place: place, to: receiver, units: units, at: position)
        }
    }

    private func sealBegun(
        _ known: RowMeta?,
        _ operation: Operation,
        _ table: HubTable,
        at position: Int64
    ) throws(ReplicaError) {
        let row = RowKey(table: operation.table, key: operation.key)
        let landing = try landing(
            table,
            operation.key,
            operation.withDefaults(of: table.plan).values,
            site: ownSite,
            base: head
        )
        let scopes = landing.scopes ?? .hub
        var meta = RowMeta(
            begunAt: position,
            life: operation.life,
            by: HubSite.hubID,
            stamp: operation.stamp.packed,
            scope: scopes.first
        )
        var old: RowScopes?
        if let known {
            old = try self.scopes(of: row, known, table)
            meta.deletedAt = known.deletedAt
            meta.foreignPosition = position
            try table.rows.save(meta, of: operation.key)
        } else {
            try table.rows.insert(meta, of: operation.key)
        }
        try place(table, operation.key, meta, from: old, to: scopes)
        if case .orphan(let parent, _) = landing { try orphans.put(row, of: parent) }
        try adopt(table, key: operation.key, by: ownSite)
    }

    private func sealChanged(
        _ stored: StoredRow,
        _ operation: Operation,
        _ table: HubTable,
        at position: Int64
    ) throws(ReplicaError) {
        let row = { RowKey(table: operation.table, key: operation.key) }
        var meta = stored.meta
        var clocks = rowMerge(stored, cells: table.plan.cells.count).state?.clocks ?? []
        let at = CellClock(stamp: operation.stamp, site: ownSite.site, position: Position(position))
        for cell in clocks.indices where operation.mask >> UInt64(cell) & 1 == 1 { clocks[cell] = at }
        let old = try scopes(of: row(), meta, table)
        var new = old
        if operation.mask & table.sources.cells != 0 {
            let landing = try landing(table, operation.key, stored.values, site: ownSite, base: head)
            new = landing.scopes ?? .hub
            if case .orphan(let parent, _) = landing { try orphans.put(row(), of: parent) }
        }
        meta.move(to: position, by: HubSite.hubID)
        if new != old { meta.foreignPosition = position }
        meta.scope = new.first
        write(clocks, clocked: table.plan.clocked, into: &meta)
        try table.rows.save(meta, of: operation.key)
        try place(table, operation.key, meta, from: old, to: new)
        if new != old { try moveChildren(of: table, key: operation.key, by: ownSite) }
        if operation.mask & table.sharing != 0 { rightsMoved(operation.mask, table, operation.key) }
    }

    /// The trigger took the units from the hub; the receiver gets them here.
    private func sealGrant(
        _ stored: StoredRow,
        _ operation: Operation,
        _ table: HubTable,
        place: Int,
        to receiver: NodeName,
        units: Int64,
        at position: Int64
    ) throws(ReplicaError) {
        guard let ledgers = table.ledgers else { return }
        let before = try ledgers.load(operation.key)
        var after = before
        guard after[place].mint(units, by: receiver.text) else { return }
        try ledgers.save(after, before: before, of: operation.key)
        var meta = stored.meta
        meta.move(to: position, by: HubSite.hubID)
        try table.rows.save(meta, of: operation.key)
        let scopes = try scopes(of: RowKey(table: operation.table, key: operation.key), meta, table)
        try self.place(table, operation.key, meta, from: scopes, to: scopes)
        // In one seal with the row's move away, the grant may come after that.
        if let site = stores[receiver]?.site, !sites[site].scopes.receives(scopes) {
            try leaving.put(RowKey(table: operation.table, key: operation.key), of: sites[site], at: position)
        }
    }

    /// Rights of these escrow cells, or the shares that stand in these cells, moved in the transaction under way.
    func rightsMoved(_ mask: UInt64, _ table: HubTable, _ key: [Value]) {
        let isShareMoved = mask & ~table.escrow & table.sharing != 0
        for (place, cell) in table.plan.escrow.enumerated() where isShareMoved || mask >> UInt64(cell) & 1 == 1 {
            moved.append(MovedRights(table: table.plan.number, key: key, place: place))
        }
    }
}
