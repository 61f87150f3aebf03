import ChangeLog

/// Four bytes that stand for a row, so that finding the pending writes on a round's rows need not decode the outbox.
/// Equal rows have equal digests; the reverse is checked after decoding. (FNV-1a, folded.)
struct RowDigest: Hashable, Sendable {
    let raw: UInt32

    init(_ row: RowKey) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        hash = (hash ^ UInt64(truncatingIfNeeded: row.table)) &* 0x100_0000_01b3
        for byte in row.key.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        raw = UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }

    /// Four bytes each, the least first.
    static func append(_ digest: RowDigest, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: digest.raw >> shift))
        }
    }

    /// Whether any digest in `bytes` is one of `digests`.
    static func anyOf(_ bytes: [UInt8], isIn digests: Set<UInt32>) -> Bool {
        var place = 0
        while place + 4 <= bytes.count {
            let raw =
                UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
                | UInt32(bytes[place + 3]) << 24
            if digests.contains(raw) { return true }
            place += 4
        }
        return false
    }
}
