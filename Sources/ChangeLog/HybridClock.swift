/// A site's source of stamps.
///
/// Law: every stamp is above all stamps that this clock gave or saw, and follows the wall time as closely as that
/// allows. (Kulkarni et al., "Logical Physical Clocks", 2014, with the wall time handed in by the caller.)
public struct HybridClock: Hashable, Sendable {
    /// The greatest stamp given or seen.
    public private(set) var last: Stamp

    /// What is added to wall times: how far the hub's clock is ahead of this machine's.
    public var offsetMilliseconds: Int64 = 0
    /// The hub's time now. Wall times that come out later were read before somebody set the clock back.
    public var nowMilliseconds = Int64.max

    public init(last: Stamp = .zero) { self.last = last }

    /// The stamp of a write at this wall time, in milliseconds since 1970 UTC.
    public mutating func stamp(wallMilliseconds: Int64) -> Stamp {
        let (corrected, isOver) = wallMilliseconds.addingReportingOverflow(offsetMilliseconds)
        last = max(last.next, Stamp(milliseconds: min(isOver ? wallMilliseconds : corrected, nowMilliseconds)))
        return last
    }

    /// Later stamps will be above `stamp`.
    public mutating func see(_ stamp: Stamp) { last = max(last, stamp) }
}
