/// The hub's wall clock as a session measured it.
public struct HubTime: Hashable, Sendable {
    /// The hub's clock less this machine's monotonic one: true however this machine's wall clock is set meanwhile.
    public var hubLessMonotonicMilliseconds: Int64
    /// The hub's clock less this machine's wall clock, when the answer came.
    public var offsetMilliseconds: Int64
    /// Behind the measurement, which is wrong by at most half of it.
    public var roundTripMilliseconds: Int64

    public init(hubLessMonotonicMilliseconds: Int64, offsetMilliseconds: Int64, roundTripMilliseconds: Int64) {
        self.hubLessMonotonicMilliseconds = hubLessMonotonicMilliseconds
        self.offsetMilliseconds = offsetMilliseconds
        self.roundTripMilliseconds = roundTripMilliseconds
    }
}
