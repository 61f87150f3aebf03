/// The promises that a run checks: the eight of the design, by their numbers there, two that they rest on, and the end
/// of a scenario.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// 1
    case nothingLost = "nothing-lost"
    /// 2
    case convergence
    /// 3, its first half
    case atomic
    /// 3, its second half
    case monotonicReads = "monotonic-reads"
    /// 4
    case rights
    /// 5
    case facts
    /// 6
    case conservation
    /// 7
    case blastRadius = "blast-radius"
    /// 8
    case everyAge = "every-age"
    case liveness
    case soundness
    /// Of a run that plays one
    case scenario

    public var says: String {
        switch self {
        case .nothingLost: "what a client was told stands at the hub exactly once"
        case .convergence: "at rest, digests of a store's scope are equal at store and hub"
        case .atomic: "a transaction's writes become visible together"
        case .monotonicReads: "reads at one node never go back in time"
        case .rights: "units add up to the column less its floor, and none is negative"
        case .facts: "what contradicts is named exactly once, with both sides; what lost is kept"
        case .conservation: "what is on hand is what came less what went"
        case .blastRadius: "a bad store, line or change delays and changes nothing of the others"
        case .everyAge: "whoever was away comes back to what is, and what was deleted stays deleted"
        case .liveness: "after healing, outboxes empty and stores catch up in bounded time"
        case .soundness: "no session breaks the protocol and no replica fails without a fault"
        case .scenario: "a scenario ends as its story says"
        }
    }

    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
