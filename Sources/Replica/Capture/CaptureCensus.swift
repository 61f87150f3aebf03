import ChangeLog

/// The first look at what was captured: which rows, which more than once, whose effects, and in which runs of one
/// table. It keeps no values, and is all that must be in memory before the first operation leaves.
struct CaptureCensus {
    /// Captures that follow one another and are of one table, or are grants.
    struct Run {
        /// nil: grants.
        var table: Int32?
        /// The place of the first in the batch.
        var capture: Int32
        var firstSeq: Int64
        var lastSeq: Int64
    }

    private(set) var keys = CaptureKeys()
    private(set) var spans = EffectSpans()
    private(set) var marks: CaptureMarks
    private(set) var runs: [Run] = []
    /// By capture: the row, or -1.
    private(set) var rows: [Int32] = []
    private(set) var through: Int64?

    init(
        _ statements: CaptureStatements,
        plan: SchemaPlan,
        after seq: Int64,
        marks: CaptureMarks
    ) throws(ReplicaError) {
        self.marks = marks
        let all = try statements.all(after: seq)
        defer { all.reset() }
        while try all.step() {
            self.marks.take(all, capture: rows.count, columns: statements)
            take(all, plan: plan)
        }
        spans.close()
    }

    private mutating func take(_ row: Statement, plan: SchemaPlan) {
        let seq = row.integer(0)
        let capture = rows.count
        through = seq
        var number = -1
        switch row.integer(1) {
        case CaptureRow.grant:
            extend(nil, seq: seq, capture: capture)
        case CaptureRow.effectBegins:
            let cause = self.row(of: row, plan: plan)
            spans.begin(at: capture, row: cause, cause: cause.map { keys.last[$0] })
        case CaptureRow.effectEnds:
            spans.end(at: capture, row: self.row(of: row, plan: plan))
        case let table where table >= 0 && table < Int64(plan.tables.count):
            let table = plan.tables[Int(table)]
            if let known = keys.note(row, from: CaptureStatements.keys, of: table, capture: capture) {
                number = known
                extend(Int32(truncatingIfNeeded: table.number), seq: seq, capture: capture)
            }
        default:
            break
        }
        rows.append(Int32(truncatingIfNeeded: number))
    }

    private mutating func row(of bracket: Statement, plan: SchemaPlan) -> Int? {
        let table = bracket.integer(2)
        guard table >= 0, table < Int64(plan.tables.count) else { return nil }
        return keys.row(bracket, from: CaptureStatements.keys, of: plan.tables[Int(table)])
    }

    private mutating func extend(_ table: Int32?, seq: Int64, capture: Int) {
        if let last = runs.indices.last, runs[last].table == table,
            Int(runs[last].capture) + Int(seq - runs[last].firstSeq) == capture, runs[last].lastSeq == seq - 1
        {
            runs[last].lastSeq = seq
        } else {
            let capture = Int32(truncatingIfNeeded: capture)
            runs.append(Run(table: table, capture: capture, firstSeq: seq, lastSeq: seq))
        }
    }
}
