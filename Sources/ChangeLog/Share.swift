/// The policy by which rights move without being asked for by hand: the hub's part of a row's units.
///
/// Each side computes from what it sees, its own pending grants included, and grants only what the other lacks, in
/// whole steps; so a repeated or late computation grants nothing twice.
public struct Share: Hashable, Sendable {
    /// 0…100.
    public var hubPercent: Int64
    /// 1 or more.
    public var step: Int64

    /// - Parameter hubPercent: brought within 0…100, whatever a row says.
    public init(hubPercent: Int64, step: Int64) {
        self.hubPercent = min(max(hubPercent, 0), 100)
        self.step = max(step, 1)
    }

    /// The hub's part of `total` units, in whole steps, rounded down.
    public func hubPart(of total: Int64) -> Int64 {
        // In two parts, so that no product leaves 64 bits.
        (total / 100 * hubPercent + total % 100 * hubPercent / 100) / step * step
    }

    /// What the store of the row grants the hub now; 0 when nothing.
    public func storeGrants(total: Int64, hub: Int64, own: Int64) -> Int64 {
        wholeSteps(min(hubPart(of: total) - hub, own))
    }

    /// What the hub grants the store now: when the store holds less than half of its part, what it lacks, as far as
    /// the hub holds more than its own part.
    public func hubGrants(total: Int64, hub: Int64, store: Int64) -> Int64 {
        let part = total - hubPart(of: total)
        guard store < part - part / 2 else { return 0 }
        return wholeSteps(min(part - store, hub - hubPart(of: total)))
    }

    private func wholeSteps(_ units: Int64) -> Int64 { units > 0 ? units / step * step : 0 }
}
