import Testing

@testable import Simulator

/// One run at a time in a process: the disks of two would have one name.
@Suite(.serialized) enum WholeRuns {}

extension WholeRuns { @Suite(.serialized) struct SimulationTests {} }

/// Whole runs: kept promises, the same run twice, and each fault seen to happen.
extension WholeRuns.SimulationTests {
    private func plan(seed: UInt64, _ trade: Trade = .retail, faults: [Fault] = Fault.allCases) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed)
        plan.trade = trade
        plan.stores = 2
        plan.days = 0.05
        plan.daily = 2_000
        plan.faults = faults
        plan.faultMeanMilliseconds = 300_000
        plan.aimedPerMille = 10
        return plan
    }

    @Test("A network under every fault keeps its promises and comes to rest", arguments: Trade.allCases)
    func everyFault(_ trade: Trade) throws {
        for seed in UInt64(1)...3 {
            let report = try Simulation(plan(seed: seed, trade)).run()
            #expect(report.violation == nil, "seed \(seed): \(String(describing: report.violation))")
            #expect(report.counts.writes > 100 && report.counts.faults.reduce(0, +) > 3, "seed \(seed)")
        }
    }

    @Test("One plan gives one trace, event by event")
    func repeats() throws {
        var traces: [[TraceLine]] = []
        var hashes: Set<UInt64> = []
        for _ in 0..<2 {
            var lines: [TraceLine] = []
            let report = try Simulation(plan(seed: 7)).run(listener: { lines.append($0) })
            traces.append(lines)
            hashes.insert(report.traceHash)
        }
        #expect(traces[0] == traces[1] && hashes.count == 1)
        let other = try Simulation(plan(seed: 8)).run()
        #expect(!hashes.contains(other.traceHash), "the seed decides the run")
    }

    @Test("A run is the same, event by event, whether processes take up connections that rest or open all files anew")
    func opensAnew() throws {
        for trade in [Trade.retail, .rules] {
            var runs: [[TraceLine]] = []
            for opensAnew in [true, false] {
                let faults: [Fault] = [
                    .kill, .killHub, .killInside, .powerLoss, .powerLossHub, .stop, .diskLost, .restored, .hubRestored,
                    .schema,
                ]
                var plan = plan(seed: 11, trade, faults: faults)
                plan.opensAnew = opensAnew
                var lines: [TraceLine] = []
                let before = RestingFiles.shared.takenUp
                let report = try Simulation(plan).run(listener: { lines.append($0) })
                #expect(report.violation == nil)
                let takenUp = RestingFiles.shared.takenUp - before
                #expect(opensAnew ? takenUp == 0 : takenUp > 10)
                runs.append(lines)
            }
            #expect(runs[0] == runs[1])
        }
    }

    @Test("Each fault strikes when it is named alone, and nothing else does", arguments: Fault.allCases)
    func eachFault(_ fault: Fault) throws {
        let report = try Simulation(plan(seed: 3, faults: [fault])).run()
        for (one, times) in zip(Fault.allCases, report.counts.faults) {
            #expect((times > 0) == (one == fault), "\(one.rawValue) struck \(times) times")
        }
        #expect(report.violation == nil, "\(String(describing: report.violation))")
    }

    @Test("Without faults nothing is unanswered, nothing conflicts, and every changeset arrives")
    func calm() throws {
        let report = try Simulation(plan(seed: 5, faults: [])).run()
        #expect(report.violation == nil)
        #expect(report.counts.unansweredWrites == 0 && report.counts.quarantined == 0)
        #expect(report.counts.faults.allSatisfy { $0 == 0 } && report.counts.sessions == 2)
    }

    @Test("The hub's rounds take orders of silent stores over and let rights follow demand, and every promise is kept")
    func rounds() throws {
        for seed in UInt64(3)...8 {
            var plan = plan(seed: seed, faults: [.cut, .freeze, .kill])
            // The first and the third are of one region.
            (plan.stores, plan.days, plan.faultMeanMilliseconds, plan.aimedPerMille) = (3, 0.1, 600_000, 0)
            let report = try Simulation(plan).run()
            #expect(report.violation == nil, "seed \(seed): \(String(describing: report.violation))")
            #expect(report.counts.sharesMoved > 0, "seed \(seed)")
            if report.counts.ordersTakenOver > 0 { return }
        }
        Issue.record("no store was away for long enough")
    }

    @Test("Clocks that jump by days, on line and off, cost nothing: stamps are the hub's time")
    func wrongClocks() throws {
        for seed in UInt64(1)...4 {
            var plan = plan(seed: seed, faults: [.clockJump, .cut, .kill])
            plan.days = 0.2
            let report = try Simulation(plan).run()
            #expect(report.violation == nil, "seed \(seed): \(String(describing: report.violation))")
        }
    }

    @Test("A shorter plan is drawn from a longer one, and drawn plans differ in kind")
    func plans() {
        let drawn = (UInt64(1)...50).map { SimulationPlan.drawn(from: $0) }
        #expect(Set(drawn.map { $0.stores }).count > 3 && Set(drawn.map { $0.faults.count }).count > 5)
        #expect(drawn == (UInt64(1)...50).map { SimulationPlan.drawn(from: $0) })
        for plan in drawn { #expect(!plan.shorter.contains(plan)) }
    }
}
