/// The promises that a run checks, by the numbers of the design.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    case nothingLost = "nothing-lost"
    case convergence
    case atomic
    case monotonicReads = "monotonic-reads"
    case rights
    case conservation
    case liveness
    case soundness

    public var says: String {
        switch self {
        case .nothingLost: "what a client was told stands at the hub exactly once"
        case .convergence: "at rest, digests of a store's scope are equal at store and hub"
        case .atomic: "a transaction's writes become visible together"
        case .monotonicReads: "reads at one node never go back in time"
        case .rights: "units add up to the column less its floor, and none is negative"
        case .conservation: "what is on hand is what came less what went"
        case .liveness: "after healing, outboxes empty and stores catch up in bounded time"
        case .soundness: "no session breaks the protocol and no replica fails without a fault"
        }
    }

    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
