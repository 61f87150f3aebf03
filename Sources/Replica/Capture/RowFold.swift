import ChangeLog

/// What is left of several captures of one row, without their values: at most one delete, then at most one insert, then
/// updates, each at the capture whose stamp its cells have.
///
/// - A delete forgets what came before it; an insert and a delete of the same batch leave nothing.
/// - A cell belongs to the last capture that touched it (a `first` cell to the one that set it).
/// - Deltas are summed by cause, so that the hub can take an effect back with its cause.
struct RowFold {
    /// Deltas of one cause.
    struct Sum {
        /// The capture whose effects these are; nil for the application's own writes.
        var cause: Int32?
        /// The latest capture in the sum, and its stamp.
        var last: Int32
        var stamp: Stamp
        /// By counter of the table.
        var deltas: [Int64]
    }

    /// The row was there before the first capture.
    private(set) var wasPresent = false
    private(set) var deletedAt: Int32?
    private(set) var insertedAt: Int32?
    /// The first insert of this batch that no delete of an older row follows. A row that came, went and came again
    /// stands where it came first, before the children that it had by then.
    private(set) var firstInsertedAt: Int32?
    private(set) var insertCause: Int32?
    private(set) var insertStamp = Stamp.zero
    /// The insert's own values of counters.
    private(set) var begun: [Int64] = []
    /// By value cell: the capture that it belongs to, after the insert.
    private(set) var touchedAt: [Int32?]
    private(set) var sums: [Sum] = []
    private var isFresh = true

    init(cells: Int) { touchedAt = Array(repeating: nil, count: cells) }

    mutating func delete(at capture: Int32) {
        if isFresh { wasPresent = true }
        isFresh = false
        if insertedAt == nil, wasPresent, deletedAt == nil { deletedAt = capture }
        forget()
        insertedAt = nil
    }

    mutating func insert(at capture: Int32, _ stamp: Stamp, cause: Int32?, deltas: [Int64]) {
        // Over a row that went without a capture: its writer switched triggers off.
        if wasPresent, deletedAt == nil { deletedAt = capture }
        isFresh = false
        forget()
        insertedAt = capture
        firstInsertedAt = firstInsertedAt ?? capture
        insertCause = cause
        insertStamp = stamp
        begun = deltas
        sums = [Sum(cause: cause, last: capture, stamp: stamp, deltas: deltas)]
    }

    mutating func update(
        at capture: Int32,
        _ stamp: Stamp,
        cause: Int32?,
        mask: UInt64,
        deltas: [Int64],
        table: TablePlan
    ) {
        if isFresh { wasPresent = true }
        isFresh = false
        var rest = mask & table.shape.fullMask & ~table.counterMask
        while rest != 0 {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            if table.rules[cell] == .first, touchedAt[cell] != nil { continue }
            var group = table.groups[cell]
            while group != 0 {
                touchedAt[group.trailingZeroBitCount] = capture
                group &= group - 1
            }
        }
        guard deltas.contains(where: { $0 != 0 }) else { return }
        if let place = sums.firstIndex(where: { $0.cause == cause }) {
            sums[place].last = capture
            sums[place].stamp = stamp
            for index in deltas.indices { sums[place].deltas[index] &+= deltas[index] }
        } else {
            sums.append(Sum(cause: cause, last: capture, stamp: stamp, deltas: deltas))
        }
    }

    private mutating func forget() {
        for cell in touchedAt.indices { touchedAt[cell] = nil }
        sums = []
        begun = []
    }
}
