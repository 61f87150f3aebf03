/// What was received is not in the change log's encoding, or is cut short. Nothing of it may be believed.
public struct MalformedBytes: Error, Hashable, Sendable, CustomStringConvertible {
    public let what: String
    /// Bytes from the start of the encoded piece.
    public let offset: Int

    public init(_ what: String, offset: Int) {
        self.what = what
        self.offset = offset
    }

    public var description: String { "malformed bytes at offset \(offset): \(what)" }
}

/// Reads what `ByteWriter` wrote. Every read is checked; no input can trap.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    public private(set) var offset = 0

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    @inline(__always)
    public var isAtEnd: Bool { offset == bytes.count }

    @inline(__always)
    public var remaining: Int { bytes.count - offset }

    @inline(__always)
    public mutating func byte() throws(MalformedBytes) -> UInt8 {
        guard offset < bytes.count else { throw MalformedBytes("cut short", offset: offset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    @inline(__always)
    public mutating func unsigned() throws(MalformedBytes) -> UInt64 {
        let first = try byte()
        if first < 0x80 { return UInt64(first) }
        var number = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw MalformedBytes("a number above 64 bits", offset: offset) }
            number |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return number }
            shift += 7
        }
    }

    @inline(__always)
    public mutating func signed() throws(MalformedBytes) -> Int64 {
        let number = try unsigned()
        return Int64(bitPattern: (number >> 1) ^ (0 &- (number & 1)))
    }

    /// A number that counts things of which each takes at least one byte: never more than the bytes that are left.
    public mutating func count(atMost most: Int = .max) throws(MalformedBytes) -> Int {
        let number = try unsigned()
        guard number <= UInt64(min(most, remaining)) else { throw MalformedBytes("a count too great", offset: offset) }
        return Int(number)
    }

    /// A number used as an index or ordinal, below `limit`.
    public mutating func index(below limit: Int) throws(MalformedBytes) -> Int {
        let number = try unsigned()
        guard number < UInt64(limit) else { throw MalformedBytes("an index out of range", offset: offset) }
        return Int(number)
    }

    public mutating func fixed64() throws(MalformedBytes) -> UInt64 {
        guard remaining >= 8 else { throw MalformedBytes("cut short", offset: offset) }
        var number: UInt64 = 0
        for index in 0..<8 { number |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        offset += 8
        return number
    }

    public mutating func raw(_ count: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw MalformedBytes("cut short", offset: offset) }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    public mutating func string() throws(MalformedBytes) -> [UInt8] {
        let length = try count()
        return Array(try raw(length))
    }
}
