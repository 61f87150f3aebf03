/// A hybrid logical clock reading: when a cell was written, ordered the same way by every node.
///
/// Packs milliseconds since 1970-01-01 UTC (47 bits, enough until the year 6429) above a counter (16 bits) that breaks
/// ties within a millisecond. Ties between sites are broken by `SiteID`.
///
/// Law: `packed` is never negative and orders exactly as `(milliseconds, counter)` does, so SQLite may sort it as it is.
public struct Stamp: Hashable, Comparable, Sendable {
    public static let millisecondsMax: Int64 = (1 << 47) - 1
    /// Before anything was written.
    public static let zero = Stamp(unchecked: 0)

    public let packed: Int64

    public var milliseconds: Int64 { packed >> 16 }
    public var counter: UInt16 { UInt16(truncatingIfNeeded: packed) }

    /// Milliseconds outside 1970…6429 are drawn in to the nearest end: a till's clock may be anywhere.
    public init(milliseconds: Int64, counter: UInt16 = 0) {
        packed = min(max(milliseconds, 0), Self.millisecondsMax) << 16 | Int64(counter)
    }

    /// Reads back a stored or received stamp; nil when no node can have made it.
    public init?(packed: Int64) {
        guard packed >= 0 else { return nil }
        self.packed = packed
    }

    private init(unchecked packed: Int64) { self.packed = packed }

    /// The least stamp above this one; the last of all is its own successor.
    public var next: Stamp { Stamp(unchecked: packed == .max ? packed : packed + 1) }

    public static func < (earlier: Self, later: Self) -> Bool { earlier.packed < later.packed }
}
