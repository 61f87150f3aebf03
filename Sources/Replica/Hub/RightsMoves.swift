import ChangeLog
import NetworkSchema

/// Rights that the hub itself moves: shortfalls it pays, shares it gives back, holders it fences and reclaims.
extension HubWriter {
    /// Units of one escrow column came to the hub: spends that found no rights are paid with them, the oldest first.
    ///
    /// - Parameter position: where the row stands, or shall stand.
    func payShortfalls(_ table: HubTable, _ key: [Value], place: Int, at position: Int64) throws(ReplicaError) {
        guard quarantine.shortfalls > 0, let ledgers = table.ledgers, !mistakes.contains(.keepUnits) else { return }
        let row = RowKey(table: table.plan.number, key: key)
        let cell = table.plan.escrow[place]
        for owed in try quarantine.owed(row, cell: cell) {
            let before = try ledgers.load(key)
            var after = before
            let paid = after[place].spend(owed.units, from: [NodeName.hub.text])
            guard paid > 0, var stored = try table.rows.load(key), stored.meta.isAlive else { return }
            try ledgers.save(after, before: before, of: key)
            stored.values[cell] = .integer((stored.values[cell].integer ?? 0) - paid)
            try table.rows.update(key, cells: 1 << UInt64(cell), of: stored.values)
            try replace(table, key, stored.meta, at: position)
            try quarantine.pay(paid, of: owed, at: now)
            if let store = try quarantine.store(of: owed.line), let site = stores[store]?.site {
                try feed.note(.quarantine, line: owed.line, to: sites[site], at: position)
            }
        }
    }

    /// What the hub gives back of rights that moved in this transaction, where a column is shared.
    func shareGrants() throws(ReplicaError) {
        var seen: Set<MovedRights> = []
        for moved in self.moved where seen.insert(moved).inserted {
            let table = tables[moved.table]
            let cell = table.plan.escrow[moved.place]
            guard table.plan.escrowTerms(ofCell: cell)?.hubSharePercent != nil, let ledgers = table.ledgers,
                let meta = try table.rows.loadMeta(moved.key), meta.isAlive, let store = receiver(of: meta)
            else { continue }
            var named: Int64?
            if let place = table.plan.shareCell(ofCell: cell) {
                named = try table.rows.load(moved.key)?.values[place].integer
            }
            guard let share = table.plan.share(ofCell: cell, named: named) else { continue }
            let before = try ledgers.load(moved.key)
            var after = before
            let ledger = before[moved.place]
            let units = share.hubGrants(
                total: ledger.total,
                hub: ledger.units(of: NodeName.hub.text),
                store: ledger.units(of: store.text)
            )
            guard units > 0 else { continue }
            _ = after[moved.place].grant(units, from: NodeName.hub.text, to: store.text)
            try ledgers.save(after, before: before, of: moved.key)
            try replace(table, moved.key, meta, at: nextPosition())
        }
        moved = []
    }

    /// The one store of a row, if the hub may give it rights: it takes part, and the hub has heard of it.
    private func receiver(of meta: RowMeta) -> NodeName? {
        guard case .store(let bytes) = scopes[meta.scope].name,
            let name = NodeName(String(decoding: bytes, as: UTF8.self)), let store = stores[name],
            store.state == .active, !store.isAway, let site = store.site, sites[site].state == .active
        else { return nil }
        return name
    }

    /// Renames a holder in all ledgers, as when its site is fenced, or passes its units to the hub.
    func moveRights(from holder: String, to receiver: String) throws(ReplicaError) {
        for table in tables {
            guard let ledgers = table.ledgers else { continue }
            for key in try ledgers.keys(of: holder) { try moveRights(in: table, key, from: holder, to: receiver) }
        }
    }

    /// The same in one row.
    ///
    /// - Returns: how many units moved.
    @discardableResult
    func moveRights(
        in table: HubTable,
        _ key: [Value],
        from holder: String,
        to receiver: String
    ) throws(ReplicaError) -> Int64 {
        guard let ledgers = table.ledgers, let meta = try table.rows.loadMeta(key), meta.isAlive else { return 0 }
        let before = try ledgers.load(key)
        guard before.contains(where: { $0.units(of: holder) > 0 }) else { return 0 }
        var (after, sum) = (before, Int64(0))
        let position = nextPosition()
        for place in table.plan.escrow.indices {
            let units = after[place].units(of: holder)
            guard units > 0 else { continue }
            _ = after[place].grant(units, from: holder, to: receiver)
            moved.append(MovedRights(table: table.plan.number, key: key, place: place))
            sum += units
        }
        try ledgers.save(after, before: before, of: key)
        try replace(table, key, meta, at: position)
        if receiver == NodeName.hub.text {
            for place in table.plan.escrow.indices { try payShortfalls(table, key, place: place, at: position) }
        }
        return sum
    }

    /// Puts a row that the hub changed into the feed again, for everyone.
    private func replace(_ table: HubTable, _ key: [Value], _ meta: RowMeta, at position: Int64) throws(ReplicaError) {
        var meta = meta
        meta.move(to: position, by: meta.position == position ? meta.by : HubSite.hubID)
        meta.foreignPosition = position
        try table.rows.save(meta, of: key)
        let scopes = try scopes(of: RowKey(table: table.plan.number, key: key), meta, table)
        try place(table, key, meta, from: scopes, to: scopes)
    }
}
