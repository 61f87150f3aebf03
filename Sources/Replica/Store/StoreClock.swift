import ChangeLog

/// What a store knows of its wall clock's error: by how much to correct the times of captures, and of changesets that
/// were sealed before it knew.
///
/// The hub's clock is held against the monotonic one, so that setting the wall clock while the link is down spoils
/// nothing. Until the hub's clock is measured, the last offset that an earlier run measured is the best guess.
///
///     drift  = wall - monotonic, as the daemon reads them
///     offset = hub - wall = (hub - monotonic) - drift
///
/// A measurement that cannot tell the two clocks apart corrects nothing: stores whose clocks are right keep the order of
/// their writes to the millisecond, which half a round trip of error would upset.
struct StoreClock: Hashable, Sendable {
    /// Wall less monotonic, as last read; nil before the first reading.
    private var drift: Int64?
    /// The wall clock, as last read; nil before the first reading.
    private(set) var wall: Int64?
    /// The hub's clock less the monotonic one; nil until it is measured in this run.
    private var hubLessMonotonic: Int64?
    /// By how much that may be wrong.
    private var error: Int64 = 0
    /// The hub's clock less this machine's wall clock, as measured last, by this run or one before.
    private(set) var measuredOffset: Int64
    /// Since which changeset of this run the drift is what: a step for each time that the wall clock was set.
    private var steps: [Step] = []

    private struct Step: Hashable, Sendable {
        var first: ChangesetNumber
        var drift: Int64
    }

    /// A wall clock that is set moves by more than this between two readings; one that is slewed does not.
    private static let stepMilliseconds: Int64 = 500

    init(measuredOffset: Int64) { self.measuredOffset = measuredOffset }

    /// What to add to this machine's wall clock, now, to get the hub's.
    var offset: Int64 {
        guard let hubLessMonotonic, let drift else { return measuredOffset }
        return correction(hubLessMonotonic, drift)
    }

    /// The hub's time now, as far as the last reading of the wall clock; nil until this run measured it.
    var hubMilliseconds: Int64? {
        guard hubLessMonotonic != nil, let wall else { return nil }
        return wall.saturatingAdding(offset)
    }

    /// Makes a clock stamp wall times by the hub's time.
    func correct(_ clock: inout HybridClock) {
        clock.offsetMilliseconds = offset
        guard let wall else { return }
        clock.nowMilliseconds = wall.saturatingAdding(offset).saturatingAdding(StoreLimits.clockSlackMilliseconds)
    }

    /// The clocks of this machine stand so while `next` is the number that would be sealed.
    mutating func read(wallMilliseconds: Int64, monotonicMilliseconds: Int64, next: ChangesetNumber) {
        let drift = wallMilliseconds.saturatingSubtracting(monotonicMilliseconds)
        (self.drift, wall) = (drift, wallMilliseconds)
        if let last = steps.last, last.drift.distance(from: drift) <= Self.stepMilliseconds { return }
        if steps.last?.first == next { steps.removeLast() }
        steps.append(Step(first: next, drift: drift))
    }

    /// The changesets after `number` are 1, 2, 3 … from now on, and those up to it are no more.
    mutating func renumber(after number: ChangesetNumber) {
        for place in steps.indices {
            steps[place].first = ChangesetNumber(max(steps[place].first.number - number.number, 1))
        }
        if let present = steps.lastIndex(where: { $0.first == ChangesetNumber(1) }) { steps.removeFirst(present) }
    }

    /// - Parameter roundTrip: of the measurement, which is wrong by at most half of it, and by what clocks read in whole
    ///   milliseconds, one after the other, are wrong.
    mutating func measured(hubLessMonotonic: Int64, roundTrip: Int64) {
        self.hubLessMonotonic = hubLessMonotonic
        error = (max(roundTrip, 0) / 2).saturatingAdding(StoreLimits.clockReadingMilliseconds)
        measuredOffset = offset
    }

    /// The offset that changeset `number` should have been sealed with. Of one that an earlier run sealed nobody knows
    /// how the clocks stood: its wall clock is taken to be the present one.
    func offset(of number: ChangesetNumber) -> Int64 {
        guard let hubLessMonotonic, let step = steps.last(where: { $0.first <= number }) else { return offset }
        return correction(hubLessMonotonic, step.drift)
    }

    private func correction(_ hubLessMonotonic: Int64, _ drift: Int64) -> Int64 {
        let offset = hubLessMonotonic.saturatingSubtracting(drift)
        return offset.distance(from: 0) > error ? offset : 0
    }
}

extension Int64 {
    func saturatingAdding(_ other: Int64) -> Int64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? (other > 0 ? .max : .min) : sum
    }

    func saturatingSubtracting(_ other: Int64) -> Int64 {
        let (difference, isOver) = subtractingReportingOverflow(other)
        return isOver ? (other < 0 ? .max : .min) : difference
    }

    /// How far apart the two are, drawn in to what fits.
    fileprivate func distance(from other: Int64) -> Int64 {
        let difference = saturatingSubtracting(other)
        return difference == .min ? .max : abs(difference)
    }
}
