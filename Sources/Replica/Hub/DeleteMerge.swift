import ChangeLog

/// Deletes: a row's life ends, its rights and its children with it, and a tombstone stands in its place.
extension ChangesetMerge {
    /// - Parameter place: nil for a delete that an insert implies.
    func delete(_ operation: Operation, _ table: HubTable, place: Int?) throws(ReplicaError) {
        let stored = try table.rows.load(operation.key)
        if !table.authority.isDeletable {
            try refuse(operation, table, place: place, .immutable, meta: stored?.meta)
            return
        }
        if let reason = table.fault(of: operation) {
            try refuse(operation, table, place: place, reason, meta: stored?.meta)
            return
        }
        if let line = try refusal(under: operation, table) {
            try refuse(operation, table, place: place, .dependant, meta: stored?.meta, restingOn: line)
            return
        }
        guard let stored else {
            if let place { fail(place) }
            return answer(operation.key, table, at: position(of: nil))
        }
        if stored.meta.isAlive {
            guard try isInScope(operation.key, stored.meta, table),
                table.authority.mayDelete(standing(of: stored, operation.key, table))
            else {
                try refuse(operation, table, place: place, .notYours(column: nil), meta: stored.meta)
                return
            }
        }
        try end(stored, operation, table, place: place)
    }

    private func end(
        _ stored: StoredRow,
        _ operation: Operation,
        _ table: HubTable,
        place: Int?
    ) throws(ReplicaError) {
        let position = self.position(of: stored.meta)
        var row = hub.rowMerge(stored, cells: table.plan.cells.count)
        let at = CellClock(stamp: min(operation.stamp, stampMax), site: site.site, position: Position(position))
        let outcome = row.merge(operation, base: Position(base), at: at, rules: table.plan.rules)
        guard outcome.didChange else {
            // Dead already, or begun anew since: the site is shown what is.
            if let place { fail(place) }
            if !outcome.isExact || stored.meta.isAlive { answer(operation.key, table, at: position) }
            return
        }
        if stored.meta.isAlive {
            if try !holdsAllRights(of: operation.key, table) {
                try refuse(operation, table, place: place, .noRights, meta: stored.meta)
                return
            }
            try table.rows.delete(operation.key)
        } else if let place {
            fail(place)
        }
        var meta = stored.meta
        try hub.bury(table, operation.key, &meta, life: row.life, at: position, by: site)
        if !outcome.isExact || !site.scopes.reads(meta.scope) { answer(operation.key, table, at: position) }
        if stored.meta.isAlive { try hub.deleteChildren(of: table, key: operation.key, by: site) }
    }

    /// A row with rights is deleted only by the site that holds them all.
    private func holdsAllRights(of key: [Value], _ table: HubTable) throws(ReplicaError) -> Bool {
        guard let ledgers = table.ledgers else { return true }
        return try ledgers.load(key).allSatisfy { $0.total == $0.units(of: site.holder) }
    }
}
