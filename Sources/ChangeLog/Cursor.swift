/// A place in the hub's feed. Positions grow within and across epochs; 0 is before everything.
public struct Position: Hashable, Comparable, Sendable {
    public static let start = Position(0)

    public let number: Int64

    public init(_ number: Int64) { self.number = max(number, 0) }

    public static func < (one: Self, other: Self) -> Bool { one.number < other.number }
}

/// One run of the hub, drawn at random at its start. 0 is none.
public struct Epoch: Hashable, Sendable, CustomStringConvertible {
    public static let none = Epoch(0)

    public let raw: UInt64

    public init(_ raw: UInt64) { self.raw = raw }

    public var description: String { SiteID(raw).description }
}

/// A store's position in the feed, and the epoch in which it was told. A cursor that the hub does not know means
/// resync.
public struct Cursor: Hashable, Sendable {
    public static let start = Cursor(epoch: .none, position: .start)

    public let epoch: Epoch
    public let position: Position

    public init(epoch: Epoch, position: Position) {
        self.epoch = epoch
        self.position = position
    }
}
