import Foundation
import Simulator

/// One run, with its progress on the terminal and its trace in a file.
struct SimRun {
    struct Done {
        let report: SimulationReport
        let seconds: Double
        /// Of a processor; the run has one thread.
        let coreSeconds: Double

        /// Days of one store, simulated in an hour of one core, whatever else the machine does.
        var storeDaysPerHour: Double { coreSeconds > 0 ? report.storeDays / coreSeconds * 3600 : 0 }
    }

    private let plan: SimulationPlan
    private let trace: String?
    private let replicas: String?
    private let isQuiet: Bool

    init(_ plan: SimulationPlan, trace: String? = nil, replicas: String? = nil, isQuiet: Bool = true) {
        (self.plan, self.trace, self.replicas, self.isQuiet) = (plan, trace, replicas, isQuiet)
    }

    func run() throws -> Done {
        var progress = Progress()
        let directory = try replicas.map { try ReplicaDirectory($0) }
        let kept = directory.map { directory in { (file: KeptFile) in try directory.write(file) } }
        let (began, coreBegan) = (ContinuousClock.now, clock())
        let report: SimulationReport
        if let trace {
            let file = try TraceFile(trace)
            report = try Simulation(plan).run(listener: { line in file.write(line) }, kept: kept)
            try file.close()
        } else {
            report = try Simulation(plan).run(
                progress: { if !isQuiet { progress.show("of the days", $0, of: 1000) } },
                kept: kept
            )
        }
        let took = ContinuousClock.now - began
        let coreSeconds = Double(clock() - coreBegan) / Double(CLOCKS_PER_SEC)
        return Done(report: report, seconds: Double(took / .milliseconds(1)) / 1000, coreSeconds: coreSeconds)
    }
}
