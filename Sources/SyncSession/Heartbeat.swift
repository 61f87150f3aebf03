/// When something was last heard and said on one connection.
///
/// Silence is counted in bytes, not frames: on a link of 64 kbit/s a chunk takes longer to arrive than a dead peer
/// takes to be noticed.
struct Heartbeat: Hashable, Sendable {
    /// The latest moment that any event told.
    private(set) var now = Moment.zero
    private var began: Int64 = 0
    private var heardAt: Int64 = 0
    private var saidAt: Int64 = 0
    private var pings: Int64 = 0

    /// The connection is there.
    mutating func begin(_ moment: Moment) {
        now = moment
        began = moment.monotonicMilliseconds
        heardAt = began
        saidAt = began
    }

    /// Time passes without a word.
    mutating func advance(to moment: Moment) { now = moment }

    mutating func heard(_ moment: Moment) {
        now = moment
        heardAt = moment.monotonicMilliseconds
    }

    mutating func said() { saidAt = now.monotonicMilliseconds }

    var sinceBeginning: Int64 { now.monotonicMilliseconds - began }
    var sinceHeard: Int64 { now.monotonicMilliseconds - heardAt }
    /// Nothing was said for a heartbeat.
    var owesWord: Bool { now.monotonicMilliseconds - saidAt >= Limits.heartbeatMilliseconds }

    /// Counts a ping of the peer; false when there were too many for the time that has passed.
    mutating func countPing() -> Bool {
        pings += 1
        return pings <= Limits.pingsAtOnceMax + 2 * (sinceBeginning / Limits.heartbeatMilliseconds)
    }
}
