import ChangeLog
import NetworkSchema

/// Inserts. The usual one, of a key that the hub never saw, into the writer's own scope, passes through `insertFresh`
/// alone: two statements and an entry of an index.
extension ChangesetMerge {
    func insert(_ operation: Operation, _ table: HubTable, place: Int) throws(ReplicaError) {
        let write = operation.withDefaults(of: table.plan)
        if let reason = table.fault(of: write) {
            return try refuseInsert(operation, table, place: place, reason)
        }
        if let line = try refusal(under: write, table) {
            return try refuseInsert(operation, table, place: place, .dependant, restingOn: line)
        }
        let landing = try hub.landing(table, write.key, write.values, site: site, base: base)
        let standing = try self.standing(of: write, table, landing)
        guard table.authority.mayInsert(standing) else {
            return try refuseInsert(operation, table, place: place, .notYours(column: nil))
        }
        if let cell = table.authority.refused(write.mask, write.values, standing) {
            return try refuseInsert(
                operation,
                table,
                place: place,
                .notYours(column: table.plan.column(ofCell: cell).name)
            )
        }
        if table.escrow == 0, case .scopes(let scopes) = landing,
            try insertFresh(operation, write, table, place: place, scopes)
        {
            return
        }
        let stored = try table.rows.load(write.key)
        if let stored, stored.meta.isAlive {
            try insertInto(stored, operation, write, table, place: place, landing, standing)
        } else {
            try begin(stored, operation, write, table, place: place, landing, standing)
        }
    }

    private func refuseInsert(
        _ operation: Operation,
        _ table: HubTable,
        place: Int,
        _ reason: QuarantineReason,
        restingOn line: Int64? = nil
    ) throws(ReplicaError) {
        let meta = try table.rows.loadMeta(operation.key)
        try refuse(operation, table, place: place, reason, meta: meta, restingOn: line)
    }

    /// True: it is done with, the row stands, or a constraint refused it. False, and nothing was done: the hub knows
    /// the key.
    private func insertFresh(
        _ operation: Operation,
        _ write: Operation,
        _ table: HubTable,
        place: Int,
        _ scopes: RowScopes
    ) throws(ReplicaError) -> Bool {
        let position = hub.head + 1
        let meta = RowMeta(
            begunAt: position,
            life: write.life,
            by: site.id,
            stamp: min(write.stamp, stampMax).packed,
            scope: scopes.first
        )
        var isNew = false
        let reason = try ReplicaError.constraint { () throws(ReplicaError) in
            isNew = try table.rows.insertFresh(write.key, meta, write.values)
        }
        if let reason {
            try refuse(operation, table, place: place, reason, meta: nil)
            return true
        }
        guard isNew else { return false }
        hub.head = position
        hub.scopes.touch(scopes.first, table: table.plan.number, at: position)
        if !scopes.others.isEmpty {
            let row = RowKey(table: table.plan.number, key: write.key)
            for scope in scopes.others { try hub.feed.put(.row, row, scope: scope, at: position) }
        }
        if !site.scopes.receives(scopes) { answer(write.key, table, at: position) }
        try hub.adopt(table, key: write.key, by: site)
        return true
    }

    /// The row begins a life: the hub never saw the key, or saw it deleted.
    private func begin(
        _ stored: StoredRow?,
        _ operation: Operation,
        _ write: Operation,
        _ table: HubTable,
        place: Int,
        _ landing: Landing,
        _ standing: Authority.Standing
    ) throws(ReplicaError) {
        let position = self.position(of: stored?.meta)
        var row = stored.map { hub.rowMerge($0, cells: table.plan.cells.count) } ?? RowMerge()
        let at = CellClock(stamp: min(write.stamp, stampMax), site: site.site, position: Position(position))
        let outcome = row.merge(write, base: Position(base), at: at, rules: table.plan.rules)
        guard let state = row.state, !outcome.isLostToDelete else {
            fail(place)
            try keepLost(operation, table, to: stored, at: position)
            return answer(write.key, table, at: position)
        }
        guard let scopes = landing.scopes else {
            return try beginDeleted(stored, operation, write, table, place: place, life: row.life, at: position)
        }
        if let reason = rightsRefusal(ofInsert: write, table, standing) {
            try refuse(operation, table, place: place, reason, meta: stored?.meta)
            return
        }
        if let reason = try ReplicaError.constraint({ () throws(ReplicaError) in
            try table.rows.insert(write.key, state.values)
        }) {
            try refuse(operation, table, place: place, reason, meta: stored?.meta)
            return
        }
        var meta = RowMeta(begunAt: position, life: row.life, by: site.id, stamp: at.stamp.packed, scope: scopes.first)
        meta.deletedAt = row.deletedAt.number
        let old: RowScopes?
        if let stored {
            old = try hub.scopes(of: RowKey(table: write.table, key: write.key), stored.meta, table)
            // The site that deleted the row may not have seen what another did to it before.
            meta.foreignPosition = stored.meta.by == site.id ? stored.meta.foreignPosition : stored.meta.position
            if old != scopes { meta.foreignPosition = position }
            try table.rows.save(meta, of: write.key)
        } else {
            old = nil
            try table.rows.insert(meta, of: write.key)
        }
        try hub.place(table, write.key, meta, from: old, to: scopes)
        try mintBegun(state, table, write.key)
        if case .orphan(let parent, _) = landing {
            try hub.orphans.put(RowKey(table: write.table, key: write.key), of: parent)
        }
        if !site.scopes.receives(scopes) { answer(write.key, table, at: position) }
        try hub.adopt(table, key: write.key, by: site)
    }

    /// A child whose parent was deleted before its writer knew.
    private func beginDeleted(
        _ stored: StoredRow?,
        _ operation: Operation,
        _ write: Operation,
        _ table: HubTable,
        place: Int,
        life: Int,
        at position: Int64
    ) throws(ReplicaError) {
        fail(place)
        try keepLost(operation, table, to: stored, at: position)
        var meta =
            stored?.meta
            ?? RowMeta(
                begunAt: position,
                life: life,
                by: site.id,
                stamp: min(write.stamp, stampMax).packed,
                scope: site.scopes.store
            )
        if stored == nil { try table.rows.insert(meta, of: write.key) }
        try hub.bury(table, write.key, &meta, life: life + 1, at: position, by: site)
        answer(write.key, table, at: position)
    }

    /// An insert of a key that is there.
    private func insertInto(
        _ stored: StoredRow,
        _ operation: Operation,
        _ write: Operation,
        _ table: HubTable,
        place: Int,
        _ landing: Landing,
        _ standing: Authority.Standing
    ) throws(ReplicaError) {
        guard try isInScope(write.key, stored.meta, table) else {
            try refuse(operation, table, place: place, .key, meta: stored.meta)
            return
        }
        if table.authority.isImmutable {
            return try insertAgain(operation, write, table, place: place, stored)
        }
        if write.life > stored.meta.life {
            // The site's history has the row deleted in between, and the hub's has not.
            let end = Operation(
                .delete,
                table: write.table,
                key: write.key,
                life: write.life - 1,
                stamp: write.stamp
            )
            try delete(end, table, place: nil)
            guard let buried = try table.rows.load(write.key), !buried.meta.isAlive else {
                let row = RowKey(table: write.table, key: write.key)
                let line = try hub.refused.entry(of: row, site: site)?.line
                try refuse(operation, table, place: place, .dependant, meta: stored.meta, restingOn: line)
                return
            }
            return try begin(buried, operation, write, table, place: place, landing, standing)
        }
        fail(place)
        try mergeCells(of: write, operation, into: stored, table, place: place, standing)
    }

    /// Immutable rows: the first arrival stands. The same row again is no news, another is a conflict.
    private func insertAgain(
        _ operation: Operation,
        _ write: Operation,
        _ table: HubTable,
        place: Int,
        _ stored: StoredRow
    ) throws(ReplicaError) {
        if stored.values == write.values {
            fail(place, .duplicate)
            return
        }
        try keepLost(operation, table, to: stored, at: position(of: stored.meta))
        try refuse(operation, table, place: place, .key, meta: stored.meta)
    }
}
