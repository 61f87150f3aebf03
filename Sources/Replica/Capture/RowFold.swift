import ChangeLog

/// What is left of several captures of one row, without their values: at most one delete, then at most one insert, then
/// updates, each at the capture whose stamp its cells have.
///
/// - A delete forgets what came before it; an insert and a delete of one mark leave nothing.
/// - A cell belongs to the last capture that touched it (a `first` cell to the one that set it).
/// - Deltas are summed by mark and by cause, so that the hub can take an effect back with its cause, and leave out what
///   it has from a copy.
/// - Lives count every delete and insert but those that left nothing: the hub may know the row in each of them.
struct RowFold {
    /// A capture that is an update.
    struct Write {
        var capture: Int32
        var stamp: Stamp
        /// The number of its mark.
        var mark: Int32
        /// The capture whose effect it is; nil for the application's own writes.
        var cause: Int32?
        /// By counter of the table.
        var deltas: [Int64]
    }

    /// The row was there before the first capture.
    private(set) var wasPresent = false
    private(set) var deletedAt: Int32?
    /// Lives since the first capture, with that delete.
    private(set) var deletedLife = 0
    private(set) var insertedAt: Int32?
    /// The first insert of this batch that no delete of an older row follows. A row that came, went and came again
    /// stands where it came first, before the children that it had by then.
    private(set) var firstInsertedAt: Int32?
    private(set) var insertCause: Int32?
    private(set) var insertStamp = Stamp.zero
    private var insertMark: Int32 = -1
    /// The insert's own values of counters.
    private(set) var begun: [Int64] = []
    /// By value cell: the capture that it belongs to, after the insert.
    private(set) var touchedAt: [Int32?]
    /// Deltas of one mark and cause: `capture` is the latest one in the sum. Those of one mark follow one another; the
    /// first is the insert's, where there is one.
    private(set) var sums: [Write] = []
    /// Lives since the first capture.
    private(set) var life = 0
    private var isFresh = true

    init(cells: Int) { touchedAt = Array(repeating: nil, count: cells) }

    private var isAlive: Bool { (life % 2 == 0) == wasPresent }

    mutating func delete(at capture: Int32, mark: Int32) {
        if isFresh { wasPresent = true }
        isFresh = false
        if isAlive {
            if insertedAt != nil, insertMark == mark { life -= 1 } else { end(at: capture) }
        }
        forget()
        insertedAt = nil
    }

    mutating func insert(at capture: Int32, _ stamp: Stamp, mark: Int32, cause: Int32?, deltas: [Int64]) {
        isFresh = false
        // Over a row that went without a capture: its writer switched triggers off.
        if isAlive { end(at: capture) }
        forget()
        life += 1
        insertedAt = capture
        firstInsertedAt = firstInsertedAt ?? capture
        (insertCause, insertStamp, insertMark) = (cause, stamp, mark)
        begun = deltas
        sums = [Write(capture: capture, stamp: stamp, mark: mark, cause: cause, deltas: deltas)]
    }

    /// - Parameter cells: that were written, as a mask.
    mutating func update(_ write: Write, cells: UInt64, table: TablePlan) {
        if isFresh { wasPresent = true }
        isFresh = false
        var rest = cells & table.shape.fullMask & ~table.counterMask
        while rest != 0 {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            if table.rules[cell] == .first, touchedAt[cell] != nil { continue }
            var group = table.groups[cell]
            while group != 0 {
                touchedAt[group.trailingZeroBitCount] = write.capture
                group &= group - 1
            }
        }
        guard write.deltas.contains(where: { $0 != 0 }) else { return }
        guard let place = place(ofSum: write) else {
            sums.append(write)
            return
        }
        sums[place].capture = write.capture
        sums[place].stamp = write.stamp
        for index in write.deltas.indices { sums[place].deltas[index] &+= write.deltas[index] }
    }

    private func place(ofSum write: Write) -> Int? {
        var place = sums.count - 1
        while place >= 0, sums[place].mark == write.mark {
            if sums[place].cause == write.cause { return place }
            place -= 1
        }
        return nil
    }

    private mutating func end(at capture: Int32) {
        life += 1
        (deletedAt, deletedLife) = (capture, life)
    }

    private mutating func forget() {
        for cell in touchedAt.indices { touchedAt[cell] = nil }
        sums = []
        begun = []
    }
}
