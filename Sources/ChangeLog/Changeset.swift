/// A changeset's place in its site's change log: 1, 2, 3 … without gaps. 0 is before the first.
public struct ChangesetNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public static let none = ChangesetNumber(0)

    public let number: Int64

    public init(_ number: Int64) { self.number = max(number, 0) }

    /// The last of all is its own successor: a peer may name it, and nobody reaches it.
    public var next: ChangesetNumber { ChangesetNumber(number == .max ? number : number + 1) }
    public var description: String { String(number) }

    public static func < (one: Self, other: Self) -> Bool { one.number < other.number }
}

/// SHA-256 of a changeset, by which the next one is chained to it. All zero before the first.
public struct ChangesetHash: Hashable, Sendable, CustomStringConvertible {
    public static let none = ChangesetHash(unchecked: Array(repeating: 0, count: 32))

    /// 32 bytes.
    public let bytes: [UInt8]

    public init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 32 else { return nil }
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// All 64 digits, where `description` has the first 16.
    public var hexadecimal: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    public var description: String {
        bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// A changeset without its body: what chains it, and what a merge must know of the writer.
public struct ChangesetHeader: Hashable, Sendable {
    public var site: SiteID
    public var number: ChangesetNumber
    /// The hash of the changeset before this one.
    public var previous: ChangesetHash
    /// The cursor at which the site's state stood when this was sealed.
    public var base: Cursor
    /// The schema version under which it was written.
    public var schemaVersion: Int
    /// The greatest stamp in it.
    public var stampMax: Stamp
    /// How many segments the body has, and how many operations and bytes they hold together.
    public var segments: Int
    public var operations: Int
    public var bytes: Int
    /// SHA-256 over the segments' bytes, end to end.
    public var bodyHash: ChangesetHash

    public init(
        site: SiteID,
        number: ChangesetNumber,
        previous: ChangesetHash,
        base: Cursor,
        schemaVersion: Int,
        stampMax: Stamp,
        segments: Int,
        operations: Int,
        bytes: Int,
        bodyHash: ChangesetHash
    ) {
        self.site = site
        self.number = number
        self.previous = previous
        self.base = base
        self.schemaVersion = schemaVersion
        self.stampMax = stampMax
        self.segments = segments
        self.operations = operations
        self.bytes = bytes
        self.bodyHash = bodyHash
    }

    /// The bytes whose SHA-256 is this changeset's hash, and so the next one's `previous`.
    public var chainBytes: [UInt8] {
        var out = ByteWriter()
        out.raw("linli changeset 1".utf8)
        out.fixed64(site.raw)
        out.fixed64(UInt64(number.number))
        out.raw(previous.bytes)
        out.fixed64(base.epoch.raw)
        out.fixed64(UInt64(base.position.number))
        out.fixed64(UInt64(schemaVersion))
        out.fixed64(UInt64(stampMax.packed))
        out.fixed64(UInt64(segments))
        out.fixed64(UInt64(operations))
        out.fixed64(UInt64(bytes))
        out.raw(bodyHash.bytes)
        return out.bytes
    }
}
