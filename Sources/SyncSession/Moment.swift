/// The two clocks of this machine, as the shell read them. A session reads none itself.
public struct Moment: Hashable, Sendable {
    /// From anywhere; never goes back.
    public var monotonicMilliseconds: Int64
    /// Since 1970 UTC. May be wrong, and may jump.
    public var wallMilliseconds: Int64

    public init(monotonicMilliseconds: Int64, wallMilliseconds: Int64) {
        self.monotonicMilliseconds = monotonicMilliseconds
        self.wallMilliseconds = wallMilliseconds
    }

    public static let zero = Moment(monotonicMilliseconds: 0, wallMilliseconds: 0)
}
