import ChangeLog
import NetworkSchema

/// How a restored hub writes what it adopts: rows that begin and end as an application writes them, cells by merging.
///
/// Law: each write stands whole, or is named and left out. Values keep the stamps that they had, and count as seen by
/// every store.
extension Adoption {
    mutating func insert(_ key: [Value], _ state: RowState, _ table: HubTable) throws(ReplicaError) {
        guard let stamp = beginning(of: state, table) else { return }
        let plan = table.plan
        let values = plan.cells.indices.map { cell in
            let isKept =
                cell < state.values.count && plan.clocked >> UInt64(cell) & 1 == 1 && isOwn(state.clocks[cell])
            return isKept ? state.values[cell] : plan.defaultValue(ofCell: cell)
        }
        let written: (mask: UInt64, values: [Value]) = (plan.shape.fullMask, values)
        if try write(
            "insert",
            key,
            written,
            at: stamp,
            table,
            { () throws(ReplicaError) in try table.rows.insert(key, values) }
        ) {
            rows += 1
            if isAfterOutbox, let begun = try table.rows.load(key), begun.meta.isAlive {
                _ = try merge(key, state, begun, table)
            }
        }
    }

    mutating func update(_ key: [Value], _ state: RowState, _ stored: StoredRow, _ table: HubTable)
        throws(ReplicaError)
    {
        var isLacking = false
        // A milestone that has an effect is set as an application sets it.
        for cell in state.values.indices where table.settingEffects >> UInt64(cell) & 1 == 1 {
            guard isOwn(state.clocks[cell]), stored.values[cell].isNull, !state.values[cell].isNull else { continue }
            let mask = UInt64(1) << UInt64(cell)
            var values = stored.values
            values[cell] = state.values[cell]
            isLacking =
                try write("update", key, (mask, [values[cell]]), at: state.clocks[cell].stamp, table) {
                    () throws(ReplicaError) in try table.rows.update(key, cells: mask, of: values)
                } || isLacking
        }
        guard let present = try table.rows.load(key), present.meta.isAlive else { return }
        isLacking = try merge(key, state, present, table) || isLacking
        if isLacking { rows += 1 }
    }

    /// Merges the cells that the hub wrote, each at its stamp, and high-water marks, whoever wrote them.
    ///
    /// - Returns: whether anything was lacking.
    private func merge(_ key: [Value], _ state: RowState, _ present: StoredRow, _ table: HubTable) throws(ReplicaError)
        -> Bool
    {
        let plan = table.plan
        guard !table.authority.isImmutable else { return false }
        let before = hub.rowMerge(present, cells: plan.cells.count)
        var groups: [(stamp: Stamp, mask: UInt64)] = []
        for cell in state.values.indices where plan.counterMask >> UInt64(cell) & 1 == 0 {
            let isClocked = plan.clocked >> UInt64(cell) & 1 == 1
            guard !isClocked || isOwn(state.clocks[cell]), table.settingEffects >> UInt64(cell) & 1 == 0 else {
                continue
            }
            // The very write stands there.
            if isClocked, let there = before.state?.clocks[cell], isOwn(there), there.stamp == state.clocks[cell].stamp
            {
                continue
            }
            let stamp = isClocked ? state.clocks[cell].stamp : Stamp.zero
            if let place = groups.firstIndex(where: { $0.stamp == stamp }) {
                groups[place].mask |= 1 << UInt64(cell)
            } else {
                groups.append((stamp, 1 << UInt64(cell)))
            }
        }
        var isLacking = false
        let head = hub.head
        for group in groups {
            let cells = state.values.indices.filter { group.mask >> UInt64($0) & 1 == 1 }
            let operation = Operation(
                .update,
                table: plan.number,
                key: key,
                life: present.meta.life,
                stamp: group.stamp,
                mask: group.mask,
                values: cells.map { state.values[$0] }
            )
            var trial = before
            let at = CellClock(stamp: group.stamp, site: hub.ownSite.site)
            guard trial.merge(operation, base: Position(hub.head), at: at, rules: plan.rules).didChange else {
                continue
            }
            isLacking = true
            see(group.stamp)
            let merge = ChangesetMerge(byOperatorAt: hub)
            try merge.apply(operation, place: 0)
            if let reason = merge.operatorRefusal {
                try tell("update", key, (operation.mask, operation.values), reason, table)
            }
        }
        try backdate(key, table, above: head)
        return isLacking
    }

    /// What was adopted since `head` is from before the loss: a store that writes to it had seen it, and what it pushes
    /// again is no conflict.
    private func backdate(_ key: [Value], _ table: HubTable, above head: Int64) throws(ReplicaError) {
        guard var meta = try table.rows.loadMeta(key), meta.isAlive else { return }
        let before = (meta.clockPosition, meta.exceptions)
        if meta.site == HubSite.hubID, meta.clockPosition > head { meta.clockPosition = lostAfter }
        for place in meta.exceptions.indices
        where meta.exceptions[place].site == HubSite.hubID && meta.exceptions[place].position > head {
            meta.exceptions[place].position = lostAfter
        }
        guard meta.clockPosition != before.0 || meta.exceptions != before.1 else { return }
        try table.rows.save(meta, of: key)
    }

    /// - Returns: whether the row is gone now.
    mutating func delete(_ key: [Value], life: Int, _ table: HubTable) throws(ReplicaError) -> Bool {
        guard
            try write("delete", key, (0, []), at: nil, table, { () throws(ReplicaError) in try table.rows.delete(key) })
        else { return false }
        rows += 1
        return true
    }

    /// Another store may give back the row as it was before it was deleted.
    mutating func remember(_ key: [Value], deadAt life: Int, _ table: HubTable) throws(ReplicaError) {
        let position = hub.nextPosition()
        var meta = RowMeta(
            begunAt: position,
            life: life,
            by: HubSite.hubID,
            stamp: hub.clock.last.packed,
            scope: site.scopes.store
        )
        try table.rows.insert(meta, of: key)
        try hub.bury(table, key, &meta, life: life, at: position, by: hub.ownSite)
        rows += 1
    }

    /// Writes as an application at the hub does: with the triggers, so that rights are minded and effects run; then
    /// seals it.
    ///
    /// - Parameter stamp: that the write had; nil for one of now.
    /// - Returns: false when a trigger or a constraint refused it, and nothing was done.
    func write(
        _ verb: String,
        _ key: [Value],
        _ written: (mask: UInt64, values: [Value]),
        at stamp: Stamp?,
        _ table: HubTable,
        _ body: () throws(ReplicaError) -> Void
    ) throws(ReplicaError) -> Bool {
        if let stamp { see(stamp) }
        let head = hub.head
        try hub.sql.setTriggers(enabled: true)
        let reason: QuarantineReason?
        do {
            reason = try ReplicaError.constraint(body)
            try hub.sql.setTriggers(enabled: false)
        } catch {
            try hub.sql.setTriggers(enabled: false)
            throw error
        }
        if let reason {
            try tell(verb, key, written, reason, table)
            return false
        }
        try hub.sealOwn(stamps: stamp.map { [RowKey(table: table.plan.number, key: key): $0] } ?? [:])
        try backdate(key, table, above: head)
        return true
    }

    /// The hub's clock goes on above what it once gave; by no more than any other stamp may push it.
    private func see(_ stamp: Stamp) {
        let most = Stamp(milliseconds: hub.now + HubLimits.stampAheadMillisecondsMax)
        hub.clock.see(min(stamp, most))
    }

    /// Names what could not be written. Before the outbox it may still be.
    func tell(
        _ verb: String,
        _ key: [Value],
        _ written: (mask: UInt64, values: [Value]),
        _ reason: QuarantineReason,
        _ table: HubTable
    ) throws(ReplicaError) {
        guard isAfterOutbox else { return }
        let change = ChangeJSON.change(
            verb,
            columns: (written.mask, written.values, table.plan),
            site: hub.ownSite.site,
            number: .none
        )
        // Each store that has the row tells of it again.
        let known = try hub.sql.statement(
            """
            SELECT count(*) FROM linli_quarantine
            WHERE store = ?1 AND "table" = ?2 AND "key" = ?3 AND change = ?4 AND settled_at IS NULL
            """
        ).bind(1, NodeName.hub.text).bind(2, table.plan.table.name).bind(3, ChangeJSON.array(key)).bind(4, change)
            .firstInteger()
        guard known == 0 else { return }
        _ = try hub.quarantine.add(
            store: .hub,
            table: table.plan.table.name,
            key: key,
            reason: .lostWrite(reason.text),
            change: change,
            at: hub.now
        )
    }
}
