import ChangeLog
import Crypto

/// The store's clock against the hub's.
///
/// Captures are stamped with this machine's wall clock plus the offset that was measured last. Changesets that were
/// sealed under another offset, and that nobody has seen, are restamped; nothing that was ever sent or exported is.
extension StoreReplica {
    /// Tells the replica how this machine's clocks stand, before it seals, applies or is told the hub's time.
    ///
    /// - Parameter monotonicMilliseconds: from anywhere; never goes back while this replica is open.
    public func clocksRead(wallMilliseconds: Int64, monotonicMilliseconds: Int64) {
        state.time.read(
            wallMilliseconds: wallMilliseconds,
            monotonicMilliseconds: monotonicMilliseconds,
            next: state.last.next
        )
    }

    /// What to add to this machine's wall clock to get the hub's, in milliseconds, as far as is known.
    public var clockOffsetMilliseconds: Int64 { state.time.offset }

    /// The hub's clock was measured: what is sealed from now on is stamped by it, and what was sealed under a wrong
    /// clock and never left is restamped. On the disk when this returns.
    ///
    /// - Parameters:
    ///   - hubLessMonotonicMilliseconds: the hub's clock less the monotonic one that `clocksRead` tells. (The offset to
    ///     the wall clock would be wrong when that was set between the measurement and this.)
    ///   - roundTripMilliseconds: of the measurement, which is wrong by at most half of it.
    /// - Returns: how many changesets were restamped.
    @discardableResult
    public func hubClockMeasured(
        hubLessMonotonicMilliseconds: Int64,
        roundTripMilliseconds: Int64
    ) throws(ReplicaError) -> Int {
        try guarded { () throws(ReplicaError) in
            let known = state.time.measuredOffset
            state.time.measured(hubLessMonotonic: hubLessMonotonicMilliseconds, roundTrip: roundTripMilliseconds)
            let offset = state.time.measuredOffset
            let slack = max(roundTripMilliseconds, 0).saturatingAdding(StoreLimits.clockSlackMilliseconds)
            let first = try firstWronglyStamped(slack: slack)
            let isNews = offset.isFurther(than: StoreLimits.clockSlackMilliseconds, from: known)
            guard first != nil || isNews else { return 0 }
            let restamped = try log.write { sql in
                try catchUp(sql)
                try LogTable(sql).measured(offset: offset)
                return try first.map { try restamp(from: $0, sql) }
            }
            state.isAheadOfLog = false
            guard let restamped else { return 0 }
            state.lastHash = restamped.hash
            state.clock = restamped.clock
            try step(.restamped)
            return Int(state.last.number - restamped.before.number)
        }
    }

    /// What was read from the outbox is about to be shown to somebody by another way than a session: it is never
    /// restamped. On the disk when this returns.
    func noteSent() throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            try log.write { sql in
                try catchUp(sql)
                try LogTable(sql).sent(through: state.sentMark)
            }
            state.isAheadOfLog = false
        }
    }

    // MARK: Restamping

    /// The first changeset that nobody has seen and that was sealed by a wrong clock: its offset was wrong by more than
    /// `slack`, or its time has not come yet. (The latter shows also in what an earlier run sealed, by a clock that was
    /// set right since.)
    private func firstWronglyStamped(slack: Int64) throws(ReplicaError) -> ChangesetNumber? {
        guard !state.isInSession, state.sent < state.last else { return nil }
        let (sent, time) = (state.sent, state.time)
        return try log.read { sql in
            var first: ChangesetNumber?
            try ChangesetTable(sql, site: site).clockOffsets(after: sent) { number, offset, stampMax in
                guard first == nil else { return }
                let isWrong = time.offset(of: number).isFurther(than: slack, from: offset)
                if isWrong || isToCome(stampMax, slack: slack) { first = number }
            }
            return first
        }
    }

    private struct Restamped {
        /// The last changeset that stays as it is.
        var before: ChangesetNumber
        var hash: ChangesetHash
        var clock: HybridClock
    }

    /// Writes every changeset from `first` on anew, each with the offset that it should have had.
    private func restamp(from first: ChangesetNumber, _ sql: SQL) throws -> Restamped {
        let changesets = ChangesetTable(sql, site: site)
        let before = ChangesetNumber(first.number - 1)
        let kept = try changesets.stored(before)
        // What the clock must exceed: the stamps that somebody has seen, as far as they took hold. The wrong ones are
        // not among them.
        let seen = state.base.included >= before ? nil : kept?.header.stampMax
        var clock = HybridClock(last: max(state.base.hubStamp, seen ?? .zero))
        state.time.correct(&clock)
        clock.offsetMilliseconds = 0
        var number = first
        var hash = try kept?.hash ?? changesets.stored(first)?.header.previous ?? .none
        while number <= state.last {
            guard var header = try changesets.header(number),
                let sealedOffset = try changesets.clockOffset(number),
                let sealedAt = try changesets.sealedAt(number)
            else { throw ReplicaError.trimmed(number: number.number) }
            let offset = state.time.offset(of: number)
            var body = RestampedBody(
                shift: offset.saturatingSubtracting(sealedOffset),
                latest: min(sealedAt.saturatingAdding(offset), state.time.hubMilliseconds ?? .max),
                clock: clock
            )
            for part in 0..<header.segments {
                guard let segment = try changesets.segment(number, part: part) else {
                    throw ReplicaError.trimmed(number: number.number)
                }
                try changesets.replace(number, part: part, bytes: try body.restamp(segment))
            }
            header.previous = hash
            header.stampMax = body.stampMax
            header.bytes = body.bytes
            header.bodyHash = body.finish()
            hash = ChangesetBuilder.hash(of: header)
            try changesets.replace(header, hash: hash, clockOffset: offset)
            clock = body.clock
            number = number.next
        }
        try LogTable(sql).restart(stamp: clock.last)
        return Restamped(before: before, hash: hash, clock: clock)
    }
}

/// The body of a changeset, segment by segment, with every stamp moved.
private struct RestampedBody {
    private let shift: Int64
    /// Nothing was captured after it was sealed: a stamp beyond this had to exceed a wrong one before it.
    private let latest: Int64
    private(set) var clock: HybridClock
    private(set) var stampMax = Stamp.zero
    private(set) var bytes = 0
    private var hash = SHA256()
    /// One for the whole changeset: causes are named by their place in it.
    private var writer = SegmentWriter(segmentBytesTarget: .max)

    init(shift: Int64, latest: Int64, clock: HybridClock) {
        (self.shift, self.latest) = (shift, latest)
        self.clock = clock
    }

    /// The same operations in the same order; a segment stays one segment.
    mutating func restamp(_ segment: [UInt8]) throws -> [UInt8] {
        var reader = SegmentReader(segment, place: writer.count)
        var marks = 0
        while var operation = try reader.next(), let shape = reader.shape {
            for mark in reader.marks[marks...] { writer.begin(mark) }
            marks = reader.marks.count
            let wall = min(operation.stamp.milliseconds.saturatingAdding(shift), latest)
            operation.stamp = clock.stamp(wallMilliseconds: wall)
            stampMax = max(stampMax, operation.stamp)
            writer.write(operation, shape: shape)
        }
        for mark in reader.marks[marks...] { writer.begin(mark) }
        let bytes = writer.finish().first ?? []
        hash.update(data: bytes)
        self.bytes += bytes.count
        return bytes
    }

    mutating func finish() -> ChangesetHash {
        guard let hash = ChangesetHash(hash.finalize()) else { preconditionFailure("SHA-256 has 32 bytes") }
        return hash
    }
}

extension Int64 {
    fileprivate func isFurther(than slack: Int64, from other: Int64) -> Bool {
        let difference = saturatingSubtracting(other)
        return difference > slack || difference < -slack
    }
}
