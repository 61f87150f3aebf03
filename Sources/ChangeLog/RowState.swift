/// When, by whom and where in the feed a cell got its value.
public struct CellClock: Hashable, Sendable {
    public static let zero = CellClock(stamp: .zero, site: SiteID(0), position: .start)

    public var stamp: Stamp
    public var site: SiteID
    /// Where the hub put the write into the feed; `start` at stores, which do not ask.
    public var position: Position

    public init(stamp: Stamp, site: SiteID, position: Position = .start) {
        self.stamp = stamp
        self.site = site
        self.position = position
    }

    /// Written after the other: a greater stamp, then a greater site. Equal clocks are one site's, and the write that
    /// arrives later is the later one.
    public func isAtOrAfter(_ other: CellClock) -> Bool { (stamp, site) >= (other.stamp, other.site) }
}

/// A live row as merges see it: its life, and for each value cell the value and the clock.
public struct RowState: Hashable, Sendable {
    /// Odd: the row is alive.
    public var life: Int
    /// By value cell; a counter's is the sum.
    public var values: [Value]
    /// By value cell, as `values`.
    public var clocks: [CellClock]

    public init(life: Int, values: [Value], clocks: [CellClock]) {
        precondition(values.count == clocks.count)
        self.life = life
        self.values = values
        self.clocks = clocks
    }
}
