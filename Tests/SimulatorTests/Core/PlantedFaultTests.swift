import Simulator
import Testing

extension WholeRuns { @Suite(.serialized) struct PlantedFaultTests {} }

/// Each mistake is put in, and seen to be caught by a checker.
extension WholeRuns.PlantedFaultTests {
    private static let seedsMax: UInt64 = 12

    /// What may catch it, and the faults that it needs to show.
    private static func plan(_ planted: PlantedFault, seed: UInt64) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed)
        plan.planted = planted
        plan.stores = 2
        plan.days = 0.1
        plan.daily = planted == .forgetAnswer ? 10_000 : 1_000
        plan.faults =
            switch planted {
            case .forgetTag: [.reset]
            case .lyingSync: [.powerLoss]
            case .forgetAnswer, .wrongOrder, .acknowledgeUnmerged: [.cut]
            default: []
            }
        plan.trade = planted == .forgetAnswer ? .rules : .retail
        plan.faultMeanMilliseconds = 600_000
        return plan
    }

    private static func catchers(of planted: PlantedFault) -> Set<Invariant> {
        switch planted {
        case .acknowledgeUnmerged, .wrongOrder, .forgetTag: [.soundness]
        case .dropChunk: [.soundness, .convergence]
        case .forgetAnswer, .earlyCheckpoint, .missingRow, .otherCell, .forgottenEviction:
            [.convergence, .soundness, .atomic, .conservation, .monotonicReads]
        case .neverSeal: [.liveness]
        case .lostCommit, .falseRefusal, .droppedSale: [.nothingLost, .atomic]
        case .inventedSale: [.nothingLost, .convergence]
        case .lyingSync: [.nothingLost, .soundness, .conservation, .convergence, .atomic]
        case .appliedTwice: [.conservation]
        case .tornSale: [.atomic, .conservation]
        case .spentWithoutRights, .mintedRights, .negativeRights: [.rights]
        case .olderRead: [.monotonicReads, .atomic]
        case .halfTransaction: [.atomic]
        }
    }

    @Test("A mistake put in on purpose is caught by its checker", arguments: PlantedFault.allCases)
    func caught(_ planted: PlantedFault) throws {
        for seed in 1...Self.seedsMax {
            let report = try Simulation(Self.plan(planted, seed: seed)).run()
            guard let violation = report.violation else { continue }
            print("\(planted.rawValue): caught by \(violation.invariant) with seed \(seed)")
            let invariant = try #require(Invariant(rawValue: violation.invariant))
            #expect(Self.catchers(of: planted).contains(invariant), "\(violation)")
            return
        }
        Issue.record("\(planted.rawValue) was not caught with \(Self.seedsMax) seeds")
    }
}
