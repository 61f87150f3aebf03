import ChangeLog

/// The hub's wall clock as seen from a store.
///
/// Each answer with the hub's time gives a sample that is wrong by at most half its round trip (Cristian,
/// "Probabilistic clock synchronization", 1989); of the last several the one with the least round trip counts (the
/// clock filter of NTP, RFC 5905, section 10). Samples are held against the monotonic clock, so that setting this
/// machine's wall clock spoils none. When two samples contradict each other, the hub's clock was set, and the newest
/// stands alone.
struct HubClock: Hashable, Sendable {
    private struct Sample: Hashable, Sendable {
        /// The hub's wall clock less this machine's monotonic one.
        var hubLessMonotonic: Int64
        var roundTrip: Int64
    }

    static let samplesMax = 8

    private var samples: [Sample] = []

    /// A question left at `sentAt` on the monotonic clock, and was answered with the hub's time, any number.
    mutating func add(sentAt: Int64, receivedAt: Moment, hubWall: Int64) -> HubTime {
        let hubWall = min(max(hubWall, 0), Stamp.millisecondsMax)
        let now = receivedAt.monotonicMilliseconds
        let roundTrip = max(now - sentAt, 0)
        let sample = Sample(hubLessMonotonic: hubWall + roundTrip / 2 - now, roundTrip: roundTrip)
        samples.removeAll { abs($0.hubLessMonotonic - sample.hubLessMonotonic) > ($0.roundTrip + roundTrip) / 2 + 2 }
        if samples.count == Self.samplesMax { samples.removeFirst() }
        samples.append(sample)
        let best = samples.min { $0.roundTrip < $1.roundTrip } ?? sample
        let wall = min(max(receivedAt.wallMilliseconds, 0), Stamp.millisecondsMax)
        return HubTime(
            hubLessMonotonicMilliseconds: best.hubLessMonotonic,
            offsetMilliseconds: best.hubLessMonotonic - (wall - now),
            roundTripMilliseconds: best.roundTrip
        )
    }
}
