import Simulator
import Testing

extension WholeRuns { @Suite(.serialized) struct ScenarioTests {} }

/// The stories of the retail network, each with its known end: calm, and under every fault.
extension WholeRuns.ScenarioTests {
    /// As small as it still is the story.
    private func plan(_ scenario: Scenario, seed: UInt64, faults: [Fault]) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed)
        plan.play(scenario)
        plan.faults = faults
        switch scenario {
        case .openingDay: (plan.stores, plan.daily) = (2, 300)
        case .takeOver: plan.faultMeanMilliseconds = 1_800_000
        case .monthAway: (plan.days, plan.daily) = (0.1, 1_000)
        default: break
        }
        return plan
    }

    @Test("A scenario ends as its story says when nothing strikes", arguments: Scenario.allCases)
    func calm(_ scenario: Scenario) throws {
        let report = try Simulation(plan(scenario, seed: 1, faults: [])).run()
        #expect(report.violation == nil, "\(String(describing: report.violation))")
        #expect(report.counts.unansweredWrites == 0 && report.counts.faults.allSatisfy { $0 == 0 })
    }

    @Test("A scenario ends as its story says under every fault, in any order of arrival", arguments: Scenario.allCases)
    func everyFault(_ scenario: Scenario) throws {
        let fresh = UInt64.random(in: 100...999_999_999)
        print("\(scenario.rawValue): fresh seed \(fresh)")
        for seed in [2, fresh] {
            let report = try Simulation(plan(scenario, seed: seed, faults: Fault.allCases)).run()
            #expect(report.violation == nil, "seed \(seed): \(String(describing: report.violation))")
            #expect(report.counts.faults.reduce(0, +) > 1, "seed \(seed)")
        }
    }

    /// What is wrong, and the scenario that misses what it promises.
    static let mistakes: [(planted: PlantedFault, scenario: Scenario)] = [
        (.freePromises, .lastUnit), (.hiddenShortfall, .promiseAndCounter), (.hiddenRefund, .cancelledAndHandedOver),
        (.tornList, .priceInAPartition), (.lostCommit, .monthAway), (.hiddenTakeOver, .takeOver),
        (.hiddenMismatch, .transferAcrossACut), (.tornList, .openingDay),
    ]

    @Test("A scenario in which something is wrong does not end as its story says", arguments: mistakes)
    func missed(_ planted: PlantedFault, _ scenario: Scenario) throws {
        var plan = plan(scenario, seed: 1, faults: [])
        plan.planted = planted
        let violation = try #require(try Simulation(plan).run().violation, "\(scenario.rawValue) missed nothing")
        print("\(planted.rawValue): \(scenario.rawValue) misses \(violation.subject): \(violation.found)")
        #expect(violation.invariant == Invariant.scenario.rawValue, "\(violation)")
    }
}
