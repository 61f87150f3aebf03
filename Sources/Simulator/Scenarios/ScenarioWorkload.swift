import ChangeLog
import NetworkSchema
import Replica
import Retail

/// A scenario as a run's workload: the stage is set while nothing strikes, then the curtain rises.
final class ScenarioWorkload: Workload {
    let schema: NetworkSchema
    let ledger = Ledger()
    private let plan: SimulationPlan
    private let play: any Play
    private var stage: Stage?

    init(_ scenario: Scenario, plan: SimulationPlan) throws {
        self.plan = plan
        schema = try NetworkSchema(yaml: WrongLaw(plan.planted)?.break(RetailSchema.yaml) ?? RetailSchema.yaml)
        play =
            switch scenario {
            case .lastUnit: LastUnit()
            case .promiseAndCounter: PromiseAndCounter()
            case .cancelledAndHandedOver: CancelledAndHandedOver()
            case .priceInAPartition: PriceInAPartition()
            case .monthAway: MonthAway()
            case .takeOver: TakeOverOfASilentStore()
            case .transferAcrossACut: TransferAcrossACut()
            case .openingDay: OpeningDay()
            }
    }

    var checkers: [any Checker] { [PromiseLawChecker(), PromiseExceptionChecker()] }

    /// It is judged before the replicas are.
    var scenarioChecker: any Checker { ScenarioChecker(play) { [weak self] in self?.stage } }

    var daily: Int { 0 }
    /// Its end counts on every fact that was told of.
    var survivesLostDisks: Bool { false }
    var tradeRoundMilliseconds: Int64? { play.tradeRoundMilliseconds }
    var calmMilliseconds: Int64 { Stage.curtainMilliseconds }

    func writeOnce(at store: StoreMachine) {}

    func begin(in neighbourhood: Neighbourhood) {
        let stage = Stage(neighbourhood, ledger, plan: plan)
        self.stage = stage
        play.open(stage)
        neighbourhood.world.queue.plan(after: Stage.curtainMilliseconds) { [play] in play.act(stage) }
    }

    /// Whoever has no answer asks on.
    func end() {}

    func unrest(in neighbourhood: Neighbourhood) throws -> String? {
        guard let stage else { return nil }
        if let pending = stage.pending { return pending }
        let due = try stage.rows("SELECT store_id, order_id FROM release_due WHERE by_daemon LIMIT 1", at: stage.hub)
        return due.first.map { "\($0[0]) has not given back what it held for the order \($0[1])" }
    }
}

/// A scenario's own end, and what holds on the way to it.
final class ScenarioChecker: Checker {
    let invariant = Invariant.scenario
    private let play: any Play
    private let stage: () -> Stage?

    init(_ play: any Play, stage: @escaping () -> Stage?) { (self.play, self.stage) = (play, stage) }

    func check(_ snapshot: Snapshot) throws { try play.check(snapshot) }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws { if let stage = stage() { try play.judge(stage) } }
}
