import Simulator
import Testing

extension WholeRuns { @Suite(.serialized) struct PlantedFaultTests {} }

/// Each mistake is put in, and seen to be caught by a checker.
extension WholeRuns.PlantedFaultTests {
    private static let seedsMax: UInt64 = 20

    /// The trade and the faults in which it can show.
    private static func plan(_ planted: PlantedFault, seed: UInt64) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed)
        plan.planted = planted
        plan.stores = 2
        plan.days = 0.1
        plan.daily = 1_000
        plan.faultMeanMilliseconds = 600_000
        plan.faults = faults(for: planted)
        switch planted {
        case .forgetAnswer, .strandRights, .ignoreLives, .forgetTombstones, .keepEffects, .judgeAuthorityNow,
            .keepChildren, .unguardedReplace, .unguardedRights, .spareFenced, .hideShortfalls, .keepUnits,
            .reclaimUnfenced, .textualKeys, .forgetCaptures:
            plan.trade = .rules
            plan.daily = planted == .keepChildren ? 40_000 : 10_000
        case .forgetConflicts, .dropEcho: plan.daily = 5_000
        // The hub has to be hit between a till's commit and its seal.
        case .mergeBeforeSealing: (plan.trade, plan.stores, plan.days, plan.daily) = (.rules, 5, 0.01, 200_000)
        case .applyBeforeSealing:
            // It shows for some milliseconds, until the next round; who reads all sales looks often while they are few.
            (plan.days, plan.daily, plan.checkMilliseconds) = (0.006, 100_000, 100)
        default: break
        }
        return plan
    }

    private static func faults(for planted: PlantedFault) -> [Fault] {
        switch planted {
        case .forgetTag: [.reset]
        case .lyingSync: [.powerLoss]
        case .forgetAnswer, .wrongOrder, .acknowledgeUnmerged, .waitForSlowest, .strandRights, .ignoreLives,
            .forgetTombstones, .keepEffects, .judgeAuthorityNow, .keepChildren, .forgetConflicts, .dropEcho,
            .mergeBeforeSealing:
            [.cut]
        case .ignoreAuthority, .refuseWhole, .forgottenRefusal: [.hostile]
        case .spareFenced, .hideShortfalls, .keepUnits, .forgetCaptures: [.restored, .cut]
        case .reclaimUnfenced: [.reclaim]
        case .spendWhileFrozen: [.killHub]
        case .forgetEpoch, .forgetChangesets: [.hubRestored]
        default: []
        }
    }

    private static func catchers(of planted: PlantedFault) -> Set<Invariant> {
        switch planted {
        case .acknowledgeUnmerged, .wrongOrder, .forgetTag: [.soundness]
        case .dropChunk: [.soundness, .convergence]
        case .forgetAnswer, .earlyCheckpoint, .missingRow, .otherCell, .forgottenEviction, .missingEffect:
            [.convergence, .soundness, .atomic, .conservation, .monotonicReads]
        case .neverSeal: [.liveness, .blastRadius]
        case .keepShares: [.liveness]
        case .lostCommit, .falseRefusal: [.nothingLost, .atomic]
        case .droppedSale: [.nothingLost, .atomic, .convergence]
        case .inventedSale: [.nothingLost, .convergence]
        case .lyingSync: [.nothingLost, .soundness, .conservation, .convergence, .atomic, .blastRadius]
        case .appliedTwice: [.conservation]
        case .tornSale: [.atomic, .conservation]
        case .spentWithoutRights, .mintedRights, .negativeRights, .strandRights: [.rights]
        case .unguardedRights: [.rights, .facts]
        case .olderRead: [.monotonicReads, .atomic]
        case .halfTransaction: [.atomic]
        case .waitForSlowest, .ignoreAuthority, .forgottenRefusal: [.blastRadius]
        case .ignoreLives: [.everyAge, .facts]
        case .keepChildren: [.everyAge, .rights]
        case .forgetTombstones: [.convergence, .everyAge]
        case .keepEffects, .forgetCaptures: [.nothingLost]
        case .refuseWhole: [.nothingLost, .convergence]
        case .judgeAuthorityNow: [.facts, .convergence]
        case .forgetConflicts: [.facts]
        case .spareFenced, .hideShortfalls, .keepUnits, .spendWhileFrozen: [.rights]
        case .reclaimUnfenced: [.facts]
        case .textualKeys: [.nothingLost, .convergence, .facts]
        case .forgetEpoch: [.convergence, .monotonicReads, .liveness, .conservation, .soundness, .nothingLost]
        case .forgetChangesets: [.liveness, .nothingLost, .blastRadius, .soundness]
        case .applyBeforeSealing: [.conservation, .atomic, .nothingLost]
        case .freePromises, .hiddenShortfall, .hiddenRefund, .hiddenTakeOver, .hiddenMismatch, .tornList: [.scenario]
        case .mergeBeforeSealing, .dropEcho, .unguardedReplace:
            [.convergence, .rights, .nothingLost, .soundness, .conservation, .facts]
        }
    }

    /// Mistakes that show in a scenario alone: `ScenarioTests` plants them.
    private static func isOfScenario(_ planted: PlantedFault) -> Bool { catchers(of: planted) == [.scenario] }

    @Test(
        "A mistake put in on purpose is caught by its checker",
        arguments: PlantedFault.allCases.filter { !isOfScenario($0) }
    )
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
