import ChangeLog
import Glibc

/// The rows that a capture names, each known by a small number: an open-addressing table over the bytes of their keys,
/// which lie end to end in one array. A captured row that is never touched again costs about 60 bytes here, and no
/// allocation of its own.
///
///     key of a row := varint(table) KeyBytes
struct CaptureKeys {
    /// By row number: the first and the last capture of it.
    private(set) var first: [Int32] = []
    private(set) var last: [Int32] = []
    /// Whether any row was captured more than once.
    private(set) var hasRepeated = false
    private var bytes = ByteWriter()
    /// By row number: where its key ends.
    private var ends: [Int] = []
    /// 32 bits of the key's hash, which choose the slot, then the row number plus one; 0 is free. A power of two of
    /// them, at most half full.
    private var slots: [UInt64]
    private var committed = 0

    init() { slots = Array(repeating: 0, count: 64) }

    var count: Int { first.count }

    func isRepeated(_ row: Int) -> Bool { first[row] != last[row] }

    /// Notes that `capture` touches the row whose key stands in these columns; nil when the key is not one of the
    /// table's.
    mutating func note(_ statement: Statement, from column: Int, of table: TablePlan, capture: Int) -> Int? {
        guard write(statement, from: column, of: table) else { return nil }
        let (slot, hash, found) = find()
        let capture = Int32(truncatingIfNeeded: capture)
        if let found {
            bytes.truncate(to: committed)
            last[found] = capture
            hasRepeated = true
            return found
        }
        committed = bytes.bytes.count
        ends.append(committed)
        first.append(capture)
        last.append(capture)
        slots[slot] = UInt64(hash) << 32 | UInt64(UInt32(truncatingIfNeeded: first.count))
        if first.count * 2 > slots.count { grow() }
        return first.count - 1
    }

    /// The row whose key stands in these columns, if it was noted.
    mutating func row(_ statement: Statement, from column: Int, of table: TablePlan) -> Int? {
        guard write(statement, from: column, of: table) else { return nil }
        defer { bytes.truncate(to: committed) }
        return find().row
    }

    func rowKey(_ row: Int, table: TablePlan) -> RowKey {
        let start = (row == 0 ? 0 : ends[row - 1]) + Self.prefixLength(table.number)
        return RowKey(table: table.number, key: KeyBytes(stored: Array(bytes.bytes[start..<ends[row]])))
    }

    func key(_ row: Int, table: TablePlan) throws(MalformedBytes) -> [Value] {
        try rowKey(row, table: table).key.key()
    }

    /// Appends the key beyond what is committed; false, and nothing is appended, when its types are not the table's.
    private mutating func write(_ statement: Statement, from column: Int, of table: TablePlan) -> Bool {
        bytes.unsigned(UInt64(table.number))
        for (index, type) in table.shape.key.enumerated() {
            guard statement.cellType(column + index) == type else {
                bytes.truncate(to: committed)
                return false
            }
            if type == .integer {
                bytes.byte(1)
                bytes.signed(statement.integer(column + index))
            } else {
                statement.withBytes(column + index) { text in
                    bytes.byte(2)
                    bytes.unsigned(UInt64(text.count))
                    bytes.raw(text)
                }
            }
        }
        return true
    }

    /// The slot of the uncommitted key, its hash, and the row that has the same key.
    private func find() -> (slot: Int, hash: UInt32, row: Int?) {
        bytes.bytes.withUnsafeBytes { all in
            let key = UnsafeRawBufferPointer(rebasing: all[committed...])
            let hash = Self.hash(key)
            let mask = slots.count - 1
            var slot = Int(hash) & mask
            while slots[slot] != 0 {
                if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
                    let row = Int(UInt32(truncatingIfNeeded: slots[slot])) - 1
                    let start = row == 0 ? 0 : ends[row - 1]
                    if Self.areEqual(key, UnsafeRawBufferPointer(rebasing: all[start..<ends[row]])) {
                        return (slot, hash, row)
                    }
                }
                slot = (slot + 1) & mask
            }
            return (slot, hash, nil)
        }
    }

    private static func areEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        guard one.count == other.count, let start = one.baseAddress, let start2 = other.baseAddress else {
            return false
        }
        return memcmp(start, start2, one.count) == 0
    }

    private mutating func grow() {
        var wider = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = wider.count - 1
        for taken in slots where taken != 0 {
            var slot = Int(taken >> 32) & mask
            while wider[slot] != 0 { slot = (slot + 1) & mask }
            wider[slot] = taken
        }
        slots = wider
    }

    /// Eight bytes a step, multiplied and folded. Only the node's own applications write captures, so nobody gains by
    /// collisions.
    private static func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
        var hash = UInt64(key.count) &* 0x9e37_79b9_7f4a_7c15
        var place = 0
        while place + 8 <= key.count {
            hash = mix(hash ^ key.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var rest: UInt64 = 0
        while place < key.count {
            rest = rest << 8 | UInt64(key[place])
            place += 1
        }
        return UInt32(truncatingIfNeeded: mix(hash ^ rest) >> 16)
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return product.high ^ product.low
    }

    private static func prefixLength(_ table: Int) -> Int {
        var length = 1
        var rest = table >> 7
        while rest > 0 {
            length += 1
            rest >>= 7
        }
        return length
    }
}
