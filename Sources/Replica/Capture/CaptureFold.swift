public import ChangeLog

/// The fold of captured writes into operations: what the seal writes into a changeset, and what the hub merges of its
/// own writes.
///
/// 1. A census of the captures: which rows, which of them more than once (`CaptureCensus`).
/// 2. Rows with several captures are folded (`RowFold`), and what they come to is planned (`FoldPlan`).
/// 3. The captures are read again, each joined to its row, and operations leave in the order of the captures. A row
///    with one capture is its operation.
///
/// Values are those of the rows in the present snapshot, which the caller holds from the first step to the last. A
/// captured write has the stamp of its place in the batch; a cell has that of the last capture that touched it.
/// Operations stand in the order in which they were captured, a cause before its effects; grants follow everything,
/// so that the units they pass on are there.
///
/// Captures of different marks are never folded into one delta, nor do they cancel out: each operation comes of captures
/// of one mark, so that a hub that has some of the marks already, from a copy of this replica, takes the rest exactly.
public struct CaptureFold {
    /// What was folded.
    public struct Result: Hashable, Sendable {
        /// The last capture's `seq`.
        public var through: Int64
        /// How many operations it came to; captures that leave nothing come to 0.
        public var operations: Int
        /// Marks of captures that leave no operation.
        public var idle: [CaptureMark]
    }

    /// Folds the captures after `after` in the present snapshot.
    ///
    /// - Parameters:
    ///   - life: the row's life before these captures, when it is not the usual one (1 for a row that was there, 0 for
    ///     one that was not): nil for a usual one. Without it no row has an unusual life.
    ///   - clock: has seen every stamp that these captures must exceed; left at the last one given.
    ///   - emit: takes the operations in order.
    /// - Returns: nil when nothing was captured.
    public static func fold(
        _ sql: SQL,
        plan: SchemaPlan,
        after: Int64,
        life: ((RowKey) throws -> Int?)?,
        clock: inout HybridClock,
        emit: (Operation, TableShape) throws -> Void
    ) throws -> Result? {
        let statements = CaptureStatements(sql, plan: plan)
        let marks = CaptureMarks(origin: try Settings(sql).textIfAny(.origin) ?? "")
        let census = try CaptureCensus(statements, plan: plan, after: after, marks: marks)
        guard let through = census.through else { return nil }
        var planned = FoldPlan()
        if census.keys.hasRepeated {
            planned = try foldRepeated(
                statements,
                plan: plan,
                census: census,
                after: after,
                life: life,
                clock: clock
            )
        }
        return try withoutActuallyEscaping(emit) { emit in
            let out = FoldEmission(
                plan: plan,
                statements: statements,
                census: census,
                planned: planned,
                life: life,
                emit: emit
            )
            try out.run(clock: &clock)
            return Result(through: through, operations: out.count, idle: out.idle)
        }
    }

    private static func foldRepeated(
        _ statements: CaptureStatements,
        plan: SchemaPlan,
        census: CaptureCensus,
        after: Int64,
        life: ((RowKey) throws -> Int?)?,
        clock: HybridClock
    ) throws -> FoldPlan {
        var clock = clock
        var folds: [(row: Int, table: Int, fold: RowFold)] = []
        var foldOf = [Int32](repeating: -1, count: census.keys.count)
        var causes = EffectSpans.Walk(census.spans)
        var marks = CaptureMarks.Walk(census.marks)
        let all = try statements.all(after: after)
        defer { all.reset() }
        var capture = -1
        while try all.step() {
            capture += 1
            let cause = causes.cause(of: capture)
            let mark = marks.number(of: capture)
            let row = Int(census.rows[capture])
            guard row >= 0 else { continue }
            let stamp = clock.stamp(wallMilliseconds: all.integer(3))
            guard census.keys.isRepeated(row) else { continue }
            let table = plan.tables[Int(all.integer(1))]
            if foldOf[row] < 0 {
                foldOf[row] = Int32(truncatingIfNeeded: folds.count)
                folds.append((row, table.number, RowFold(cells: table.cells.count)))
            }
            take(
                all,
                statements: statements,
                capture: Int32(truncatingIfNeeded: capture),
                stamp,
                mark: mark,
                cause: cause,
                table: table,
                into: &folds[Int(foldOf[row])].fold
            )
        }
        var planned = FoldPlan()
        for (row, number, fold) in folds {
            let table = plan.tables[number]
            let known = try life?(census.keys.rowKey(row, table: table))
            planned.add(fold, row: row, table: table, base: baseLife(known, wasPresent: fold.wasPresent))
        }
        planned.sort()
        return planned
    }

    private static func take(
        _ all: Statement,
        statements: CaptureStatements,
        capture: Int32,
        _ stamp: Stamp,
        mark number: Int32,
        cause: Int32?,
        table: TablePlan,
        into fold: inout RowFold
    ) {
        let mask = all.integer(2)
        if mask == CaptureRow.deleteMask {
            fold.delete(at: capture, mark: number)
            return
        }
        let deltas = table.counters.indices.map { all.integer(statements.deltas + $0) }
        if mask == CaptureRow.insertMask {
            fold.insert(at: capture, stamp, mark: number, cause: cause, deltas: deltas)
        } else {
            let write = RowFold.Write(capture: capture, stamp: stamp, mark: number, cause: cause, deltas: deltas)
            fold.update(write, cells: UInt64(bitPattern: mask), table: table)
        }
    }

    /// A life that says the contrary of what the captures saw is raised to the next that does not.
    static func baseLife(_ known: Int?, wasPresent: Bool) -> Int {
        guard let known else { return wasPresent ? 1 : 0 }
        return (known % 2 == 1) == wasPresent ? known : known + 1
    }
}
