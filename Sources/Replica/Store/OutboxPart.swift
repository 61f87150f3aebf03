public import ChangeLog

/// One segment of a changeset on its way up.
public struct OutboxPart: Hashable, Sendable {
    public var number: ChangesetNumber
    /// 0 is the first.
    public var part: Int
    /// That of its changeset.
    public var header: ChangesetHeader?
    public var bytes: [UInt8]

    public init(number: ChangesetNumber, part: Int, header: ChangesetHeader?, bytes: [UInt8]) {
        self.number = number
        self.part = part
        self.header = header
        self.bytes = bytes
    }
}
