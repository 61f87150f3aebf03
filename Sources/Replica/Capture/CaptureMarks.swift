import ChangeLog

/// The marks of a batch of captures, by which a copy's captures are known again (`CaptureMark`).
///
/// A new mark begins wherever the millisecond of a captured write is another one than that before it. Its salt is of the first
/// capture's number and content, so that two boxes that went on with the same numbers have other marks, though they
/// wrote in one millisecond.
///
/// Law: of two replicas that were one, what both captured before they parted has the same marks in both, under whatever
/// schema version each reads it.
struct CaptureMarks {
    /// By number of the mark: its first capture, and itself.
    private var firsts: [Int32] = []
    private var marks: [CaptureMark] = []
    private var at: Int64 = 0

    /// Takes the next capture, in order.
    mutating func take(_ row: Statement, capture: Int, columns: CaptureStatements) {
        // Where an effect begins and ends is no write.
        guard ![CaptureRow.effectBegins, CaptureRow.effectEnds].contains(row.integer(1)) else { return }
        let at = row.integer(3)
        if at == self.at, !marks.isEmpty { return }
        self.at = at
        firsts.append(Int32(truncatingIfNeeded: capture))
        marks.append(CaptureMark(milliseconds: at, salt: Self.salt(row, columns: columns)))
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
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
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
