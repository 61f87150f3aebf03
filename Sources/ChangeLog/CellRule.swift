/// How two values of one cell become one. The pure half of a schema's merge rule.
public enum CellRule: Hashable, Sendable {
    case last, first, max, min, counter

    /// What is left of `current` when `incoming` meets it, and whether that is the incoming write as it was made.
    ///
    /// NULL is no value for `first`, `max` and `min`. A counter's incoming value is a delta; a sum outside 64 bits is
    /// `nil` (refused, never trapped).
    public func merge(_ current: Value, _ clock: CellClock, with incoming: Value, _ at: CellClock) -> Merged? {
        switch self {
        case .last:
            return at.isAtOrAfter(clock) ? Merged(incoming, at, tookIncoming: true) : Merged(current, clock)
        case .first:
            if incoming.isNull { return Merged(current, clock, tookIncoming: current.isNull) }
            return current.isNull || !at.isAtOrAfter(clock)
                ? Merged(incoming, at, tookIncoming: true) : Merged(current, clock)
        case .max, .min:
            guard case .integer(let new) = incoming else {
                return Merged(current, clock, tookIncoming: current.isNull)
            }
            guard case .integer(let old) = current else { return Merged(incoming, at, tookIncoming: true) }
            let better = self == .max ? new >= old : new <= old
            return better ? Merged(incoming, at, tookIncoming: true) : Merged(current, clock)
        case .counter:
            guard case .integer(let delta) = incoming else { return Merged(current, clock, tookIncoming: true) }
            let (sum, isOver) = (current.integer ?? 0).addingReportingOverflow(delta)
            return isOver ? nil : Merged(.integer(sum), at, tookIncoming: true)
        }
    }

    /// Whether one of two different values is lost when they meet. Numbers that only grow, only fall or add up lose
    /// nothing; and NULL is no value for `first`.
    func canContest(_ one: Value, _ other: Value) -> Bool {
        switch self {
        case .last: true
        case .first: !one.isNull && !other.isNull
        case .max, .min, .counter: false
        }
    }

    public struct Merged: Hashable, Sendable {
        public var value: Value
        public var clock: CellClock
        public var tookIncoming: Bool

        init(_ value: Value, _ clock: CellClock, tookIncoming: Bool = false) {
            self.value = value
            self.clock = clock
            self.tookIncoming = tookIncoming
        }
    }
}
