public import SyncSession

/// How long to wait before the next dial: exponential, with jitter over the whole range, so that a thousand stores
/// that lost the hub at one instant do not return at one instant. (Brooker, "Exponential Backoff and Jitter", 2015:
/// full jitter.)
///
/// Law: after n failures in a row the wait is to be drawn evenly from `floor` to min(`ceiling`, `floor` · 2ⁿ). Who
/// dials draws: a daemon from the system's luck, a simulated one from its seed.
public struct Backoff: Hashable, Sendable {
    /// After an ending that a person has to look at, no sooner than this.
    public static let seldomMilliseconds: Int64 = 60_000
    /// A frozen store asks again after a time drawn from these: soon for the operator who thaws it, and seldom enough
    /// for a hub that refuses thousands.
    public static let thawMilliseconds: ClosedRange<Int64> = 5_000...10_000

    /// How long to wait after a session that ended so; `usual` where nobody has to do anything first.
    ///
    /// - Parameter thaw: drawn from `thawMilliseconds`.
    public static func wait(
        usual: Int64,
        after sequel: SessionError.Sequel?,
        thaw: @autoclosure () -> Int64
    ) -> Int64 {
        switch sequel {
        case nil, .some(.reconnect), .some(.none): usual
        case .reconnectForThaw: thaw()
        case .reconnectSeldom, .takeNewSite: max(usual, seldomMilliseconds)
        }
    }

    public let floorMilliseconds: Int64
    public let ceilingMilliseconds: Int64
    /// Failures in a row.
    public private(set) var failures = 0

    /// `floorMilliseconds` is at least 1, `ceilingMilliseconds` at least that.
    public init(floorMilliseconds: Int64 = 250, ceilingMilliseconds: Int64 = 30_000) {
        precondition(floorMilliseconds >= 1 && ceilingMilliseconds >= floorMilliseconds)
        self.floorMilliseconds = floorMilliseconds
        self.ceilingMilliseconds = ceilingMilliseconds
    }

    /// A dial failed, or a session ended: from how many to how many milliseconds to wait.
    public mutating func failed() -> ClosedRange<Int64> {
        failures += 1
        var most = floorMilliseconds
        for _ in 0..<failures {
            guard most < ceilingMilliseconds / 2 else {
                most = ceilingMilliseconds
                break
            }
            most *= 2
        }
        return floorMilliseconds...most
    }

    /// A session was welcomed. (A handshake alone proves little: a hub may refuse the store right after it.)
    public mutating func succeeded() { failures = 0 }
}
