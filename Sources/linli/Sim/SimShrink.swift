import Foundation
import Simulator

/// Searches a shorter run that still breaks the same promise: fewer faults, fewer stores, less time, fewer writes. What
/// it has found so far is printed at once, for whoever does not want to wait.
struct SimShrink {
    /// The search ends after so many runs, with the shortest so far.
    private static let runsMax = 400

    private let plan: SimulationPlan

    init(_ plan: SimulationPlan) { self.plan = plan }

    func run() throws {
        var best = plan
        var runs = 1
        guard let first = try broken(plan) else { return }
        var isShorter = true
        while isShorter, runs < Self.runsMax {
            isShorter = false
            for shorter in best.shorter where runs < Self.runsMax {
                runs += 1
                guard try broken(shorter)?.invariant == first.invariant else { continue }
                (best, isShorter) = (shorter, true)
                say("shorter: \(best.command)")
                break
            }
        }
        let done = try SimRun(best).run()
        if let violation = done.report.violation { say("\n" + SimReportText.text(violation)) }
        say("\nshortest after \(runs) runs: \(best.command)")
    }

    private func broken(_ plan: SimulationPlan) throws -> Violation? { try SimRun(plan).run().report.violation }

    private func say(_ text: String) {
        print(text)
        fflush(nil)
    }
}
