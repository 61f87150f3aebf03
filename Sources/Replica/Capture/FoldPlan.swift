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
        let life = base + fold.life
        var place: Int32?
        if let insertedAt = fold.insertedAt {
            // An effect's row stands after its cause.
            place = fold.insertCause == nil ? fold.firstInsertedAt ?? insertedAt : insertedAt
        }
        if let deletedAt = fold.deletedAt {
            inPlace.append(
                PlannedOperation(
                    kind: .delete,
                    place: min(deletedAt, place ?? deletedAt),
                    capture: deletedAt,
                    life: base + fold.deletedLife
                )
            )
        }
        var sums = fold.sums
        let late = Self.splitSpends(&sums, fold: fold, table: table)
        if let insertedAt = fold.insertedAt, let place {
            insert(fold, at: insertedAt, in: place, sums: &sums, table: table, life: life)
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
        in place: Int32,
        sums: inout [RowFold.Write],
        table: TablePlan,
        life: Int
    ) {
        var mask = table.shape.fullMask
        for (cell, touched) in fold.touchedAt.enumerated() where touched != nil && !table.column(ofCell: cell).isNeeded
        {
            mask &= ~(1 << UInt64(cell))
        }
        var deltas = fold.begun
        if !sums.isEmpty { deltas = sums.removeFirst().deltas }
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

    private mutating func updates(_ fold: RowFold, sums: [RowFold.Write], table: TablePlan, life: Int) {
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
        let touching = updates.count
        for sum in sums {
            let operation = Self.update(of: sum, table: table, life: life)
            guard operation.mask != 0 else { continue }
            if let known = updates[..<touching].firstIndex(where: { $0.capture == sum.capture }) {
                updates[known].mask |= operation.mask
                updates[known].deltas = operation.deltas
            } else {
                updates.append(operation)
            }
        }
        inPlace += updates
    }

    private static func update(of sum: RowFold.Write, table: TablePlan, life: Int) -> PlannedOperation {
        var mask: UInt64 = 0
        for (index, cell) in table.counters.enumerated() where sum.deltas[index] != 0 { mask |= 1 << UInt64(cell) }
        return PlannedOperation(
            kind: .update,
            place: sum.capture,
            capture: sum.capture,
            stamp: sum.stamp,
            cause: sum.cause,
            life: life,
            mask: mask,
            deltas: sum.deltas
        )
    }

    /// Takes what lowers escrow cells out of the sums of a mark in which another cause raised one.
    private static func splitSpends(
        _ sums: inout [RowFold.Write],
        fold: RowFold,
        table: TablePlan
    ) -> [RowFold.Write] {
        var late: [RowFold.Write] = []
        var begin = 0
        while begin < sums.count, !table.escrow.isEmpty {
            var end = begin + 1
            while end < sums.count, sums[end].mark == sums[begin].mark { end += 1 }
            if isMixed(sums[begin..<end], table) {
                for place in begin..<end {
                    // An insert's own value stays with it.
                    let own = place == 0 && fold.insertedAt != nil ? fold.begun : nil
                    if let spend = takeSpend(from: &sums[place], keeping: own, table: table) { late.append(spend) }
                }
            }
            begin = end
        }
        return late
    }

    /// One cause raised an escrow cell that another one lowered.
    private static func isMixed(_ sums: ArraySlice<RowFold.Write>, _ table: TablePlan) -> Bool {
        guard sums.count > 1 else { return false }
        return table.counters.enumerated().contains { index, cell in
            table.escrow.contains(cell) && sums.contains { $0.deltas[index] > 0 }
                && sums.contains { $0.deltas[index] < 0 }
        }
    }

    private static func takeSpend(
        from sum: inout RowFold.Write,
        keeping own: [Int64]?,
        table: TablePlan
    ) -> RowFold.Write? {
        var spend = sum
        for (index, cell) in table.counters.enumerated() {
            let kept = own?[index] ?? 0
            let rest = sum.deltas[index] &- kept
            guard table.escrow.contains(cell), rest < 0 else {
                spend.deltas[index] = 0
                continue
            }
            spend.deltas[index] = rest
            sum.deltas[index] = kept
        }
        return spend.deltas.contains(where: { $0 != 0 }) ? spend : nil
    }
}

extension Column {
    /// An insert without it may fail where it arrives.
    var isNeeded: Bool { isRequired || check != nil || type == .id || type == .boolean || merge.isCounter }
}
