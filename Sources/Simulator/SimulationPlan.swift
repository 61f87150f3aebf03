/// What clients do in a run.
public enum Trade: String, Hashable, Sendable, CaseIterable {
    /// Neighbourhood stores, on the retail schema.
    case retail
    /// Plain SQL writers on a schema drawn from the seed, with every merge rule.
    case rules
    /// Promises and facts on the retail schema that contradict each other: orders from both sides, hand-overs, releases,
    /// take-overs, transfers, counts.
    case promises
}

/// What one run is made of; with the seed it decides every bit of it.
public struct SimulationPlan: Hashable, Sendable {
    public var seed: UInt64
    public var trade = Trade.retail
    /// What clients do instead, from a file.
    public var source: Source?
    /// A story with a known end instead; see `play`.
    public internal(set) var scenario: Scenario?
    public var stores = 3
    /// Virtual days of the phase in which faults strike.
    public var days = 1.0
    public var faults = Fault.allCases
    /// Sales, or writes, per store and day.
    public var daily = 200
    /// Between two faults of one store that strike at any time, in milliseconds.
    public var faultMeanMilliseconds: Int64 = 3_600_000
    /// So many of a thousand events draw a fault right after them.
    public var aimedPerMille = 5
    /// Between two looks of the checkers at one node, in milliseconds.
    public var checkMilliseconds: Int64 = 30_000
    /// Processes open their files anew, as those of a system do, and take up no connection that an earlier one left: much
    /// slower, and the same.
    public var opensAnew = false
    /// A mistake put in on purpose, to see it caught.
    public var planted: PlantedFault?

    /// A file that stands in for a trade; its path is for the command that repeats the run.
    public enum Source: Hashable, Sendable {
        /// The retail trade with rates of its own.
        case mix(RetailMix, path: String)
        /// Real sales.
        case sales(SalesReplay, path: String)
        /// Plain writers on this schema document.
        case schema(String, path: String)
    }

    public init(seed: UInt64) { self.seed = seed }

    /// A run of a swarm: stores, pace and faults drawn from the seed. Runs differ in kind, and not only in luck: some
    /// have one fault alone, some few faults often, some all.
    public static func drawn(from seed: UInt64) -> SimulationPlan {
        var chance = Chance(seed: seed, stream: "plan")
        var plan = SimulationPlan(seed: seed)
        plan.trade = chance.pick(Trade.allCases)
        plan.stores = 1 + chance.below(5)
        plan.days = Double(chance.between(1...8)) / 20
        plan.daily = Int(chance.pick([50, 200, 1_000, 4_000]))
        plan.faultMeanMilliseconds = chance.pick([2, 10, 30, 120]) * 60_000
        plan.aimedPerMille = chance.pick([0, 5, 20, 60])
        switch chance.below(10) {
        case 0: plan.faults = []
        case 1..<4: plan.faults = [chance.pick(Fault.allCases)]
        case 4..<8: plan.faults = Fault.allCases.filter { _ in chance.perMille(300) }
        default: plan.faults = Fault.allCases
        }
        return plan
    }

    /// Plans that are shorter by one thing, the boldest first.
    public var shorter: [SimulationPlan] {
        var plans: [SimulationPlan] = []
        func add(_ change: (inout SimulationPlan) -> Void) {
            var plan = self
            change(&plan)
            if plan != self { plans.append(plan) }
        }
        if !faults.isEmpty { add { $0.faults = [] } }
        if faults.count > 1 {
            add { $0.faults = Array(faults.prefix(faults.count / 2)) }
            add { $0.faults = Array(faults.suffix(faults.count / 2)) }
        }
        for fault in faults { add { $0.faults.removeAll { $0 == fault } } }
        if aimedPerMille > 0 { add { $0.aimedPerMille = 0 } }
        if faultMeanMilliseconds < 28_800_000 { add { $0.faultMeanMilliseconds *= 2 } }
        // A scenario has the stores and the time that it has.
        guard scenario == nil else { return plans }
        for stores in [1, stores / 2, stores - 1] where stores >= 1 && stores < self.stores {
            add { $0.stores = stores }
        }
        for part in [0.25, 0.5, 0.8] where days * part >= 0.005 {
            add { $0.days = (days * part * 1000).rounded() / 1000 }
        }
        if daily >= 20 { add { $0.daily = daily / 2 } }
        return plans
    }
}
