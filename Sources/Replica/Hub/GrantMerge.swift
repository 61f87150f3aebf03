import ChangeLog
import NetworkSchema

/// Grants: rights pass from the site that holds them to the hub, or to another store that receives the row.
extension ChangesetMerge {
    func grant(
        _ operation: Operation,
        _ table: HubTable,
        cell: Int,
        to receiver: NodeName,
        units: Int64
    ) throws(ReplicaError) {
        let stored = try table.rows.load(operation.key)
        guard let ledgers = table.ledgers, let place = table.plan.escrow.firstIndex(of: cell) else {
            let column = table.plan.column(ofCell: cell).name
            try refuse(
                operation,
                table,
                place: nil,
                .check("\(column) has no rights"),
                meta: stored?.meta,
                written: (1 << UInt64(cell), [.integer(-units)])
            )
            return
        }
        let written: (mask: UInt64, values: [Value]) = (1 << UInt64(cell), [.integer(-units)])
        guard let stored, stored.meta.isAlive else {
            return answer(operation.key, table, at: position(of: stored?.meta))
        }
        let mayPass =
            if receiver.isHub { true } else { try mayReceive(receiver, operation.key, stored.meta, table) }
        guard mayPass else {
            try refuse(
                operation,
                table,
                place: nil,
                .notYours(column: nil),
                meta: stored.meta,
                written: written
            )
            return
        }
        let before = try ledgers.load(operation.key)
        var after = before
        let passed = after[place].grant(units, from: site.holder, to: receiver.text)
        let position = self.position(of: stored.meta)
        if passed > 0 {
            try ledgers.save(after, before: before, of: operation.key)
            var meta = stored.meta
            meta.move(to: position, by: site.id)
            try table.rows.save(meta, of: operation.key)
            let scopes = try hub.scopes(of: RowKey(table: operation.table, key: operation.key), meta, table)
            try hub.place(table, operation.key, meta, from: scopes, to: scopes)
            hub.moved.append(MovedRights(table: operation.table, key: operation.key, place: place))
            if receiver.isHub { try hub.payShortfalls(table, operation.key, place: place, at: position) }
        }
        if passed < units {
            try refuse(
                operation,
                table,
                place: nil,
                .noRights,
                meta: try table.rows.loadMeta(operation.key),
                written: (written.mask, [.integer(passed - units)])
            )
        }
    }

    /// Whether a store receives the row, and the giver too.
    private func mayReceive(
        _ receiver: NodeName,
        _ key: [Value],
        _ meta: RowMeta,
        _ table: HubTable
    ) throws(ReplicaError) -> Bool {
        guard let store = hub.stores[receiver], store.state != .retired, let present = store.site,
            try isInScope(key, meta, table)
        else { return false }
        return hub.sites[present].scopes.receives(
            try hub.scopes(of: RowKey(table: table.plan.number, key: key), meta, table)
        )
    }
}
