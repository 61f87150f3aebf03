/// What came of a run.
public struct SimulationReport: Sendable {
    public let plan: SimulationPlan
    public let virtualMilliseconds: Int64
    /// Events of virtual time.
    public let events: UInt64
    public let counts: RunCounts
    /// Equal for two runs of one plan, bit by bit.
    public let traceHash: UInt64
    /// Nil: every promise was kept.
    public let violation: Violation?

    public var storeDays: Double { Double(virtualMilliseconds) / 86_400_000 * Double(plan.stores) }
}

/// One line of a trace.
public struct TraceLine: Hashable, Sendable, Encodable {
    /// Virtual milliseconds since the run began.
    public let at: Int64
    /// `hub`, a store's name, or `NAME-copy-BOX` for a copy of a store's machine.
    public let node: String
    public let event: String
    public let detail: String

    /// For people: day, time, node, event.
    public var text: String {
        let seconds = at / 1000
        let fields = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let thousandths = "\(1000 + at % 1000)".dropFirst()
        return "day \(seconds / 86_400) \(fields.joined(separator: ":")).\(thousandths)  \(node)  \(event)"
            + (detail.isEmpty ? "" : "  \(detail)")
    }
}
