import ChangeLog

/// The last pass of a fold: reads the captures in order, each with its row, and hands the operations out. (A class: a
/// struct of this size, copied once a row, was a third of the fold's time.)
final class FoldEmission {
    private let plan: SchemaPlan
    private var statements: CaptureStatements
    private let census: CaptureCensus
    private let planned: FoldPlan
    private let life: ((RowKey) throws -> Int?)?
    private let emit: (Operation, TableShape) throws -> Void
    /// Operations so far.
    private(set) var count = 0
    private var nextPlanned = 0
    private var causes: EffectSpans.Walk
    private var marks: CaptureMarks.Walk
    /// By number of the mark: whether an operation came of it.
    private var isUsed: [Bool]
    /// By capture: the place of its operation in the changeset; empty when no capture is a cause.
    private var places: [Int32] = []

    init(
        plan: SchemaPlan,
        statements: CaptureStatements,
        census: CaptureCensus,
        planned: FoldPlan,
        life: ((RowKey) throws -> Int?)?,
        emit: @escaping (Operation, TableShape) throws -> Void
    ) {
        self.plan = plan
        self.statements = statements
        self.census = census
        self.planned = planned
        self.life = life
        self.emit = emit
        causes = EffectSpans.Walk(census.spans)
        marks = CaptureMarks.Walk(census.marks)
        isUsed = Array(repeating: false, count: census.marks.count)
        if !census.spans.isEmpty { places = Array(repeating: -1, count: census.rows.count) }
    }

    func run(clock: inout HybridClock) throws {
        for run in census.runs {
            guard let table = run.table else { continue }
            try emit(run, of: plan.tables[Int(table)], clock: &clock)
        }
        for (row, table, operation) in planned.deferred {
            try emitDeferred(operation, key: try census.keys.key(row, table: plan.tables[table]), of: table)
        }
        for run in census.runs where run.table == nil { try emitGrants(run, clock: &clock) }
    }

    private func emit(_ run: CaptureCensus.Run, of table: TablePlan, clock: inout HybridClock) throws {
        let row = try statements.withRows(of: table, from: run.firstSeq, through: run.lastSeq)
        defer { row.reset() }
        var capture = Int(run.capture)
        while try row.step() {
            let stamp = clock.stamp(wallMilliseconds: row.integer(3))
            let number = Int(census.rows[capture])
            let mark = marks.number(of: capture)
            if census.keys.isRepeated(number) {
                try emitPlanned(at: capture, row, of: table, stamp: stamp)
            } else {
                try emitOnly(capture, row, number: number, of: table, stamp: stamp, mark: mark)
            }
            capture += 1
        }
    }

    /// Marks of captures that leave no operation.
    var idle: [CaptureMark] {
        isUsed.indices.filter { !isUsed[$0] }.map { census.marks[Int32(truncatingIfNeeded: $0)] }
    }

    private func use(_ number: Int32) -> CaptureMark {
        isUsed[Int(number)] = true
        return census.marks[number]
    }

    /// A row with one capture.
    private func emitOnly(
        _ capture: Int,
        _ row: Statement,
        number: Int,
        of table: TablePlan,
        stamp: Stamp,
        mark: Int32
    ) throws {
        let mask = row.integer(2)
        let isInsert = mask == CaptureRow.insertMask
        let isDelete = mask == CaptureRow.deleteMask
        var cells = isInsert ? table.shape.fullMask : isDelete ? 0 : grouped(UInt64(bitPattern: mask), of: table)
        var isThere = isDelete
        if !isDelete { isThere = row.integer(statements.row) != 0 }
        // Without its row, a writer has switched triggers off and deleted it; an update of nothing says nothing.
        if !isInsert, !isDelete { cells = withoutIdleCounters(cells, row, of: table) }
        guard isThere, isInsert || isDelete || cells != 0 else { return }
        let known = try life?(census.keys.rowKey(number, table: table))
        let base = CaptureFold.baseLife(known, wasPresent: !isInsert)
        var values: [Value] = []
        if cells != 0 { values = self.values(cells, row, of: table, deltas: nil) }
        let operation = Operation(
            isInsert ? .insert : isDelete ? .delete : .update,
            table: table.number,
            key: key(row, of: table),
            life: isInsert || isDelete ? base + 1 : base,
            stamp: stamp,
            cause: place(of: causes.cause(of: capture)),
            mask: cells,
            values: values,
            mark: use(mark)
        )
        try hand(operation, of: table, capture: capture)
    }

    private func emitPlanned(at capture: Int, _ row: Statement, of table: TablePlan, stamp: Stamp) throws {
        let cause = causes.cause(of: capture)
        while nextPlanned < planned.inPlace.count, planned.inPlace[nextPlanned].place <= capture {
            let next = planned.inPlace[nextPlanned]
            nextPlanned += 1
            guard next.kind == .delete || row.integer(statements.row) != 0 else { continue }
            let isOwnPlace = next.place == next.capture
            let operation = Operation(
                next.kind == .insert ? .insert : next.kind == .delete ? .delete : .update,
                table: table.number,
                key: key(row, of: table),
                life: next.life,
                stamp: isOwnPlace ? stamp : next.stamp ?? stamp,
                cause: place(of: isOwnPlace ? cause : next.cause),
                mask: next.mask,
                values: values(next.mask, row, of: table, deltas: next.deltas),
                mark: use(census.marks.number(of: next.capture))
            )
            try hand(operation, of: table, capture: Int(next.capture))
        }
    }

    private func emitDeferred(_ deferred: PlannedOperation, key: [Value], of table: Int) throws {
        let table = plan.tables[table]
        let values = table.counters.enumerated().compactMap { index, cell in
            deferred.mask >> UInt64(cell) & 1 == 1 ? Value.integer(deferred.deltas[index]) : nil
        }
        let operation = Operation(
            .update,
            table: table.number,
            key: key,
            life: deferred.life,
            stamp: deferred.stamp ?? .zero,
            cause: place(of: deferred.cause),
            mask: deferred.mask,
            values: values,
            mark: use(census.marks.number(of: deferred.capture))
        )
        try emit(operation, table.shape)
        count += 1
    }

    private func emitGrants(_ run: CaptureCensus.Run, clock: inout HybridClock) throws {
        let row = try statements.bare(from: run.firstSeq, through: run.lastSeq)
        defer { row.reset() }
        var capture = run.capture
        while try row.step() {
            let mark = census.marks.number(of: capture)
            capture += 1
            let stamp = clock.stamp(wallMilliseconds: row.integer(3))
            guard let grant = grant(row, stamp: stamp, mark: mark) else { continue }
            try emit(grant.operation, grant.shape)
            count += 1
        }
    }

    /// nil when no trigger of ours can have written the row.
    private func grant(_ row: Statement, stamp: Stamp, mark: Int32) -> (operation: Operation, shape: TableShape)? {
        let mask = row.integer(2)
        let (number, cell) = (mask / CaptureRow.grantCellsMax, Int(mask % CaptureRow.grantCellsMax))
        let units = row.integer(statements.deltas)
        guard mask >= 0, number < Int64(plan.tables.count), units > 0,
            let receiver = NodeName(row.string(statements.note))
        else { return nil }
        let table = plan.tables[Int(number)]
        guard table.escrow.contains(cell), hasKey(row, of: table) else { return nil }
        let operation = Operation(
            .grant(column: cell, to: receiver, units: units),
            table: table.number,
            key: key(row, of: table),
            life: 1,
            stamp: stamp,
            mark: use(mark)
        )
        return (operation, table.shape)
    }

    private func hand(_ operation: Operation, of table: TablePlan, capture: Int) throws {
        try emit(operation, table.shape)
        if !places.isEmpty { places[capture] = Int32(truncatingIfNeeded: count) }
        count += 1
    }

    private func place(of cause: Int32?) -> Int? {
        guard let cause, places[Int(cause)] >= 0 else { return nil }
        return Int(places[Int(cause)])
    }

    /// The written cells, and those that travel with them.
    private func grouped(_ mask: UInt64, of table: TablePlan) -> UInt64 {
        let written = mask & table.shape.fullMask
        guard table.hasGroups else { return written }
        var all: UInt64 = 0
        var rest = written
        while rest != 0 {
            all |= table.groups[rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return all
    }

    private func withoutIdleCounters(_ mask: UInt64, _ row: Statement, of table: TablePlan) -> UInt64 {
        var mask = mask
        for (index, cell) in table.counters.enumerated() where row.integer(statements.deltas + index) == 0 {
            mask &= ~(1 << UInt64(cell))
        }
        return mask
    }

    /// - Parameter deltas: by counter of the table; nil: those of the capture.
    private func values(_ mask: UInt64, _ row: Statement, of table: TablePlan, deltas: [Int64]?) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(mask.nonzeroBitCount)
        let first = statements.row + 1
        var rest = mask
        while rest != 0 {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            guard table.counterMask >> UInt64(cell) & 1 == 1 else {
                values.append(row.value(first + cell))
                continue
            }
            let counter = (table.counterMask & ((1 << UInt64(cell)) - 1)).nonzeroBitCount
            values.append(.integer(deltas?[counter] ?? row.integer(statements.deltas + counter)))
        }
        return values
    }

    private func key(_ row: Statement, of table: TablePlan) -> [Value] {
        var key: [Value] = []
        key.reserveCapacity(table.key.count)
        for index in table.key.indices { key.append(row.value(CaptureStatements.keys + index)) }
        return key
    }

    private func hasKey(_ row: Statement, of table: TablePlan) -> Bool {
        table.shape.key.enumerated().allSatisfy { row.cellType(CaptureStatements.keys + $0) == $1 }
    }
}
