import ChangeLog
import NetworkSchema

/// One operation that comes of a row with several captures, as it will stand in the changeset.
struct PlannedOperation {
    enum Kind { case delete, insert, update }

    var kind: Kind
    /// The capture in whose place it stands.
    var place: Int32
    /// The capture that it is.
    var capture: Int32
    /// The stamp and the cause of `capture`, where it does not stand in its own place.
    var stamp: Stamp?
    var cause: Int32?
    var life: Int
    /// Value cells; a counter's is there if its delta is.
    var mask: UInt64 = 0
    /// By counter of the table; empty when the mask has none.
    var deltas: [Int64] = []
}

/// What the folds of repeated rows come to, in the order of the captures.
struct FoldPlan {
    /// By `place`.
    private(set) var inPlace: [PlannedOperation] = []
    /// Spends that must not stand before what raises the same cell: they follow everything else. `row` is the number
    /// in `CaptureKeys`.
    private(set) var deferred: [(row: Int, table: Int, operation: PlannedOperation)] = []

    /// - Parameter base: the life of the row before the first capture: odd when it was there.
    mutating func add(_ fold: RowFold, row: Int, table: TablePlan, base: Int) {
        var life = base
        if let deletedAt = fold.deletedAt {
            life += 1
            inPlace.append(PlannedOperation(kind: .delete, place: deletedAt, capture: deletedAt, life: life))
        }
        var sums = fold.sums
        var late: [RowFold.Sum] = []
        if Self.isMixed(sums, table) { late = Self.splitSpends(&sums, fold: fold, table: table) }
        if let insertedAt = fold.insertedAt {
            life += 1
            insert(fold, at: insertedAt, sums: &sums, table: table, life: life)
        }
        guard life % 2 == 1 else { return }
        updates(fold, sums: sums, table: table, life: life)
        for sum in late {
            deferred.append((row, table.number, Self.update(of: sum, table: table, life: life)))
        }
    }

    mutating func sort() {
        // Stable by hand: at one place a delete stands before an insert.
        let order = inPlace.indices.sorted { (inPlace[$0].place, $0) < (inPlace[$1].place, $1) }
        inPlace = order.map { inPlace[$0] }
        deferred.sort { $0.operation.capture < $1.operation.capture }
    }

    private mutating func insert(
        _ fold: RowFold,
        at capture: Int32,
        sums: inout [RowFold.Sum],
        table: TablePlan,
        life: Int
    ) {
        var mask = table.shape.fullMask
        for (cell, touched) in fold.touchedAt.enumerated() where touched != nil && !table.column(ofCell: cell).isNeeded
        {
            mask &= ~(1 << UInt64(cell))
        }
        var deltas = fold.begun
        if let own = sums.firstIndex(where: { $0.cause == fold.insertCause }) { deltas = sums.remove(at: own).deltas }
        // An effect's row stands after its cause.
        let place = fold.insertCause == nil ? fold.firstInsertedAt ?? capture : capture
        inPlace.append(
            PlannedOperation(
                kind: .insert,
                place: place,
                capture: capture,
                stamp: fold.insertStamp,
                cause: fold.insertCause,
                life: life,
                mask: mask,
                deltas: deltas
            )
        )
    }

    private mutating func updates(_ fold: RowFold, sums: [RowFold.Sum], table: TablePlan, life: Int) {
        var updates: [PlannedOperation] = []
        for (cell, touched) in fold.touchedAt.enumerated() {
            guard let touched else { continue }
            if let known = updates.firstIndex(where: { $0.capture == touched }) {
                updates[known].mask |= 1 << UInt64(cell)
            } else {
                updates.append(
                    PlannedOperation(
                        kind: .update,
                        place: touched,
                        capture: touched,
                        life: life,
                        mask: 1 << UInt64(cell)
                    )
                )
            }
        }
        for sum in sums {
            let operation = Self.update(of: sum, table: table, life: life)
            guard operation.mask != 0 else { continue }
            if let known = updates.firstIndex(where: { $0.capture == sum.last }) {
                updates[known].mask |= operation.mask
                updates[known].deltas = operation.deltas
            } else {
                updates.append(operation)
            }
        }
        inPlace += updates
    }

    private static func update(of sum: RowFold.Sum, table: TablePlan, life: Int) -> PlannedOperation {
        var mask: UInt64 = 0
        for (index, cell) in table.counters.enumerated() where sum.deltas[index] != 0 { mask |= 1 << UInt64(cell) }
        return PlannedOperation(
            kind: .update,
            place: sum.last,
            capture: sum.last,
            stamp: sum.stamp,
            cause: sum.cause,
            life: life,
            mask: mask,
            deltas: sum.deltas
        )
    }

    /// One cause raised an escrow cell that another one lowered.
    private static func isMixed(_ sums: [RowFold.Sum], _ table: TablePlan) -> Bool {
        guard sums.count > 1 else { return false }
        return table.counters.enumerated().contains { index, cell in
            table.escrow.contains(cell) && sums.contains { $0.deltas[index] > 0 }
                && sums.contains { $0.deltas[index] < 0 }
        }
    }

    /// Takes what lowers escrow cells out of the sums.
    private static func splitSpends(
        _ sums: inout [RowFold.Sum],
        fold: RowFold,
        table: TablePlan
    ) -> [RowFold.Sum] {
        var late: [RowFold.Sum] = []
        for place in sums.indices {
            let isInsert = fold.insertedAt != nil && sums[place].cause == fold.insertCause
            var spend = sums[place]
            for (index, cell) in table.counters.enumerated() {
                // An insert's own value stays with it.
                let kept = isInsert ? fold.begun[index] : 0
                let rest = sums[place].deltas[index] &- kept
                guard table.escrow.contains(cell), rest < 0 else {
                    spend.deltas[index] = 0
                    continue
                }
                spend.deltas[index] = rest
                sums[place].deltas[index] = kept
            }
            if spend.deltas.contains(where: { $0 != 0 }) { late.append(spend) }
        }
        return late
    }
}

extension Column {
    /// An insert without it may fail where it arrives.
    var isNeeded: Bool { isRequired || check != nil || type == .id || type == .boolean || merge.isCounter }
}
