/// Appends numbers and byte strings in the change log's encoding: little-endian base-128 varints, zigzag for signed.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Forgets all bytes beyond the first `count`.
    public mutating func truncate(to count: Int) { bytes.removeSubrange(count...) }

    @inline(__always)
    public mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    @inline(__always)
    public mutating func unsigned(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    public mutating func signed(_ number: Int64) {
        unsigned(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    /// Eight bytes, the least first.
    public mutating func fixed64(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    public mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// A length, then the bytes.
    public mutating func string(_ more: [UInt8]) {
        unsigned(UInt64(more.count))
        bytes.append(contentsOf: more)
    }
}
