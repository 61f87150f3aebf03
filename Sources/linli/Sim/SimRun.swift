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
    private let isQuiet: Bool

    init(_ plan: SimulationPlan, trace: String? = nil, isQuiet: Bool = true) {
        (self.plan, self.trace, self.isQuiet) = (plan, trace, isQuiet)
    }

    func run() throws -> Done {
        var progress = Progress()
        let (began, coreBegan) = (ContinuousClock.now, clock())
        let report: SimulationReport
        if let trace {
            let file = try TraceFile(trace)
            report = try Simulation(plan).run(listener: { line in file.write(line) })
            try file.close()
        } else {
            report = try Simulation(plan).run(progress: { if !isQuiet { progress.show("of the days", $0, of: 1000) } })
        }
        let took = ContinuousClock.now - began
        let coreSeconds = Double(clock() - coreBegan) / Double(CLOCKS_PER_SEC)
        return Done(report: report, seconds: Double(took / .milliseconds(1)) / 1000, coreSeconds: coreSeconds)
    }
}

/// JSON lines, a piece at a time.
private final class TraceFile {
    private let handle: FileHandle
    private let encoder = JSONEncoder()
    private var waiting = Data()
    private var failure: (any Error)?

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw Failure(ExitCodes.inputOutput, "\(path) cannot be written; name another --trace file") }
        self.handle = handle
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func write(_ line: TraceLine) {
        do {
            waiting += try encoder.encode(line) + [UInt8(ascii: "\n")]
            if waiting.count > 1 << 20 { try flush() }
        } catch {
            failure = failure ?? error
        }
    }

    func close() throws {
        if let failure { throw failure }
        try flush()
        try handle.close()
    }

    private func flush() throws {
        try handle.write(contentsOf: waiting)
        waiting = Data()
    }
}
