import ChangeLog

/// The marks of a batch of captures, by which a copy's captures are known again (`CaptureMark`).
///
/// A new mark begins wherever the millisecond of a captured write is another one than that before it. Its salt is of the
/// first capture's number and content, so that two boxes that went on with the same numbers have other marks, though
/// they wrote in one millisecond. By a clock that lost its battery, and may stand, each write has a mark of its own,
/// which effects share with their cause; and its salt is of the file's origin too: on the store's next disk the numbers
/// begin anew.
///
/// Law: of two replicas that were one, what both captured before they parted has the same marks in both, under whatever
/// schema version each reads it.
struct CaptureMarks {
    /// By number of the mark: its first capture, and itself.
    private var firsts: [Int32] = []
    private var marks: [CaptureMark] = []
    private var at: Int64 = 0
    /// How many effects the next capture is one of.
    private var effects = 0
    private let origin: UInt64

    /// - Parameter origin: what copies of a file have alike, and no other file has.
    init(origin: String) {
        var hash = Self.basis
        for byte in origin.utf8 { Self.mix(byte, into: &hash) }
        self.origin = hash
    }

    /// Takes the next capture, in order.
    mutating func take(_ row: Statement, capture: Int, columns: CaptureStatements) {
        // Where an effect begins and ends is no write.
        switch row.integer(1) {
        case CaptureRow.effectBegins:
            effects += 1
            return
        case CaptureRow.effectEnds:
            effects -= 1
            return
        default: break
        }
        let at = row.integer(3)
        if at == self.at, !marks.isEmpty, ClockEra.isTimely(at) || effects > 0 { return }
        self.at = at
        firsts.append(Int32(truncatingIfNeeded: capture))
        let salt = Self.salt(row, columns: columns)
        marks.append(CaptureMark(milliseconds: at, salt: ClockEra.isTimely(at) ? salt : salt ^ origin))
    }

    var count: Int { marks.count }

    subscript(number: Int32) -> CaptureMark { marks[Int(number)] }

    /// The number of a capture's mark.
    func number(of capture: Int32) -> Int32 {
        var (low, high) = (0, firsts.count)
        while low + 1 < high {
            let middle = (low + high) / 2
            if firsts[middle] <= capture { low = middle } else { high = middle }
        }
        return Int32(truncatingIfNeeded: low)
    }

    /// FNV-1a over seq, table, mask, and the keys, deltas and note that are there. (Columns that another version of the
    /// schema added are NULL.)
    private static func salt(_ row: Statement, columns: CaptureStatements) -> UInt64 {
        var hash = basis
        func mix(_ byte: UInt8) { Self.mix(byte, into: &hash) }
        func mix(number: Int64) {
            for shift in stride(from: Int64(0), to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        for column in 0..<3 { mix(number: row.integer(column)) }
        for column in CaptureStatements.keys..<columns.row where !row.isNull(column) {
            if column >= columns.deltas, column < columns.note {
                mix(number: Int64(column - columns.deltas))
                mix(number: row.integer(column))
            } else {
                for byte in row.bytes(column) { mix(byte) }
                mix(0xff)
            }
        }
        return hash ^ hash >> 20 ^ hash >> 40
    }

    private static let basis: UInt64 = 0xcbf2_9ce4_8422_2325

    private static func mix(_ byte: UInt8, into hash: inout UInt64) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    /// Walks the captures in order and says which mark each has.
    struct Walk {
        private let firsts: [Int32]
        private var next = 0

        init(_ marks: CaptureMarks) { firsts = marks.firsts }

        /// The number of the capture's mark. Captures are asked in order.
        mutating func number(of capture: Int) -> Int32 {
            while next < firsts.count, firsts[next] <= capture { next += 1 }
            return Int32(truncatingIfNeeded: next - 1)
        }
    }
}
