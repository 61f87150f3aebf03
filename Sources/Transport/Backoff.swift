/// How long to wait before the next dial: exponential, with jitter over the whole range, so that a thousand stores
/// that lost the hub at one instant do not return at one instant. (Brooker, "Exponential Backoff and Jitter", 2015:
/// full jitter.)
///
/// Law: after n failures in a row the wait is drawn evenly from `floor` to min(`ceiling`, `floor` · 2ⁿ⁺¹).
public struct Backoff: Hashable, Sendable {
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

    /// A dial failed, or a session ended: how many milliseconds to wait.
    public mutating func failed(using random: inout some RandomNumberGenerator) -> Int64 {
        failures += 1
        var most = floorMilliseconds
        for _ in 0..<failures {
            guard most < ceilingMilliseconds / 2 else {
                most = ceilingMilliseconds
                break
            }
            most *= 2
        }
        return Int64.random(in: floorMilliseconds...most, using: &random)
    }

    /// A session was welcomed. (A handshake alone proves little: a hub may refuse the store right after it.)
    public mutating func succeeded() { failures = 0 }
}
