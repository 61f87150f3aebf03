import Foundation
import Rehearsal
import Simulator

/// Many seeds, each in a process of its own, as many at once as there are cores; it stops at the first that fails.
///
/// A process each, because SQLite's randomness is one for a process, and because a trap ends no more than its run.
struct SimSwarm {
    let first: UInt64
    let runs: Int
    let shape: SimShape
    let isJSON: Bool

    private struct Finished: Sendable {
        let plan: SimulationPlan
        let run: CommandRun

        var isKept: Bool { run.status == 0 }
    }

    func run() async throws {
        if !isJSON { print("seed \(first), \(runs) runs") }
        let plans = try (0..<UInt64(runs)).map { try shape.drawnPlan(seed: first &+ $0) }
        let program = Self.program
        var progress = Progress()
        var done = 0
        var failed: Finished?
        try await withThrowingTaskGroup(of: Finished.self) { group in
            var next = 0
            func start() {
                guard next < plans.count, failed == nil else { return }
                let plan = plans[next]
                next += 1
                group.addTask { Finished(plan: plan, run: try await Self.child(program, plan.arguments)) }
            }
            for _ in 0..<max(ProcessInfo.processInfo.activeProcessorCount, 1) { start() }
            while let finished = try await group.next() {
                done += 1
                if !finished.isKept, failed == nil { failed = finished }
                if !isJSON { progress.show("seeds", done, of: runs) }
                start()
            }
        }
        try tell(failed, done)
    }

    private func tell(_ failed: Finished?, _ done: Int) throws {
        if isJSON {
            try JSONOutput.print(
                SimSwarmJSON(first: first, runs: done, failed: failed?.plan.seed, command: failed?.plan.command)
            )
        } else if let failed {
            print(failed.run.output)
            if !failed.run.errors.isEmpty { print(failed.run.errors) }
            print("seed \(failed.plan.seed) broke a promise; again: \(failed.plan.command)")
        } else {
            print("\(done) seeds, every promise kept")
        }
        if failed != nil { throw ExitCodes.notSo }
    }

    private static func child(_ program: String, _ arguments: [String]) async throws -> CommandRun {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try CommandRun(program, ["sim"] + arguments) })
            }
        }
    }

    private static var program: String {
        Bundle.main.executablePath ?? CommandLine.arguments[0]
    }
}

private struct SimSwarmJSON: Encodable {
    let first: UInt64
    let runs: Int
    let failed: UInt64?
    let command: String?
}
