/// A node's wall clock: virtual time, as wrong as it was made.
///
///     wall = 2026-01-01 + now + offset + drift · (now - set)
public struct NodeClock: Hashable, Sendable {
    /// 2026-01-01 00:00 UTC.
    public static let beginningMilliseconds: Int64 = 1_767_225_600_000

    public private(set) var offsetMilliseconds: Int64 = 0
    /// Milliseconds gained in a million.
    public private(set) var driftPerMillion: Int64 = 0
    private var setAt: Int64 = 0

    public init() {}

    public func wall(at now: Int64) -> Int64 { max(Self.beginningMilliseconds + now + error(at: now), 0) }

    /// How far ahead of the true time it is.
    public func error(at now: Int64) -> Int64 { offsetMilliseconds + (now - setAt) * driftPerMillion / 1_000_000 }

    public mutating func jump(by milliseconds: Int64, at now: Int64) {
        offsetMilliseconds = error(at: now) + milliseconds
        setAt = now
    }

    public mutating func drift(perMillion: Int64, at now: Int64) {
        offsetMilliseconds = error(at: now)
        (setAt, driftPerMillion) = (now, perMillion)
    }

    /// Someone sets it right.
    public mutating func correct() { self = NodeClock() }
}
