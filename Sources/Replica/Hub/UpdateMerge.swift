import ChangeLog
import NetworkSchema

/// Updates, and inserts of a row that is there: what a write makes of the cells of a living row.
extension ChangesetMerge {
    func update(_ operation: Operation, _ table: HubTable, place: Int) throws(ReplicaError) {
        let stored = try table.rows.load(operation.key)
        if table.authority.isImmutable {
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
        if hub.mistakes.contains(.ignoreLives), let stored, !stored.meta.isAlive {
            var again = operation
            (again.kind, again.life) = (.insert, stored.meta.life + 1)
            return try insert(again, table, place: place)
        }
        guard let stored, stored.meta.takes(operation, base: base) else {
            fail(place)
            let position = self.position(of: stored?.meta)
            try keepLost(operation, table, to: stored, at: position)
            return answer(operation.key, table, at: position)
        }
        guard try isInScope(operation.key, stored.meta, table) else {
            try refuse(operation, table, place: place, .notYours(column: nil), meta: stored.meta)
            return
        }
        let standing = self.standing(of: stored, operation.key, table)
        var write = operation
        let denied = table.authority.denied(operation.mask, standing)
        if denied != 0 {
            let column = table.plan.column(ofCell: denied.trailingZeroBitCount).name
            let part = operation.part(denied)
            try refuse(
                operation,
                table,
                place: denied == operation.mask || denied & table.settingEffects != 0 ? place : nil,
                .notYours(column: column),
                meta: stored.meta,
                written: (part.mask, part.values)
            )
            guard denied != operation.mask else { return }
            write = operation.part(~denied)
        }
        if operation.stamp > stampMax {
            let late = write.part(write.mask & table.plan.clocked)
            write = write.part(write.mask & ~table.plan.clocked)
            write.stamp = stampMax
            if late.mask != 0 {
                try refuse(
                    operation,
                    table,
                    place: place,
                    .clock,
                    meta: stored.meta,
                    written: (late.mask, late.values)
                )
            }
            guard write.mask != 0 else { return }
        }
        try mergeCells(of: write, operation, into: stored, table, place: place, standing)
    }

    /// Merges the written cells into a living row, its rights with them.
    ///
    /// - Parameters:
    ///   - write: what of the operation counts.
    ///   - operation: as the site wrote it, for the quarantine.
    func mergeCells(
        of write: Operation,
        _ operation: Operation,
        into stored: StoredRow,
        _ table: HubTable,
        place: Int,
        _ standing: Authority.Standing
    ) throws(ReplicaError) {
        var charge = Charge(write: write)
        if table.escrow & write.mask != 0, let reason = try self.charge(&charge, table, standing) {
            try refuse(operation, table, place: place, reason, meta: stored.meta)
            return
        }
        let before = hub.rowMerge(stored, cells: table.plan.cells.count)
        var row = before
        let position = self.position(of: stored.meta)
        let at = CellClock(stamp: min(write.stamp, stampMax), site: site.site, position: Position(position))
        let outcome = row.merge(charge.write, base: Position(base), at: at, rules: table.plan.rules)
        guard let state = row.state, !outcome.isLostToDelete else {
            try undo(charge, table)
            fail(place)
            try keepLost(operation, table, to: stored, at: position)
            return answer(write.key, table, at: position)
        }
        if let cell = outcome.overflow ?? table.counterOutOfBounds(state, written: write.mask) {
            try undo(charge, table)
            let column = table.plan.column(ofCell: cell).name
            try refuse(operation, table, place: place, .overflow(column: column), meta: stored.meta)
            return
        }
        let isExact = outcome.isExact && charge.isExact
        if outcome.didChange {
            let change = RowChange(key: write.key, stored: stored, state: state, position: position)
            if let reason = try save(change, written: write.mask, table, isExact: isExact) {
                try undo(charge, table)
                try refuse(operation, table, place: place, reason, meta: stored.meta)
                return
            }
        }
        try settle(charge, operation, table, at: position)
        try keep(outcome.contests, write.key, table, at: position)
        if !isExact { answer(write.key, table, at: position) }
        if write.mask & table.settingEffects != 0, table.isSettingLost(write, before: stored.values, after: state, at) {
            fail(place)
        }
    }
}

extension RowMeta {
    /// Whether an update belongs to the row's present life.
    func takes(_ update: Operation, base: Int64) -> Bool {
        isAlive && (update.life == life || update.life < life && base >= deletedAt)
    }
}

extension HubTable {
    /// Whether a written `first` cell that has an effect was set already, or is not set by this write.
    func isSettingLost(_ write: Operation, before: [Value], after: RowState, _ at: CellClock) -> Bool {
        plan.cells.indices.contains { cell in
            (settingEffects & write.mask) >> UInt64(cell) & 1 == 1
                && (!before[cell].isNull || after.clocks[cell] != at)
        }
    }

    /// A counter that was written and is not within ±2^53.
    func counterOutOfBounds(_ state: RowState, written: UInt64) -> Int? {
        guard counters & written != 0 else { return nil }
        return plan.counters.first { cell in
            guard written >> UInt64(cell) & 1 == 1, let sum = state.values[cell].integer else { return false }
            return !CounterBounds.range.contains(sum)
        }
    }
}

extension Operation {
    /// The same write of these cells only.
    func part(_ cells: UInt64) -> Operation {
        var part = self
        part.mask = mask & cells
        part.values = []
        var rest = mask
        for value in values {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            if cells >> UInt64(cell) & 1 == 1 { part.values.append(value) }
        }
        return part
    }
}
