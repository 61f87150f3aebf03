import Simulator

/// Searches a shorter run that still breaks the same promise: fewer faults, fewer stores, less time, fewer writes.
struct SimShrink {
    private let plan: SimulationPlan

    init(_ plan: SimulationPlan) { self.plan = plan }

    func run() throws {
        var best = plan
        guard let first = try broken(plan) else { return }
        var isShorter = true
        while isShorter {
            isShorter = false
            for shorter in best.shorter where try broken(shorter)?.invariant == first.invariant {
                (best, isShorter) = (shorter, true)
                print("shorter: \(best.command)")
                break
            }
        }
        let done = try SimRun(best).run()
        if let violation = done.report.violation { print("\n" + SimReportText.text(violation)) }
        print("\nshortest: \(best.command)")
    }

    private func broken(_ plan: SimulationPlan) throws -> Violation? { try SimRun(plan).run().report.violation }
}
