import ArgumentParser
import Foundation
import Simulator

/// `linli sim`.
struct SimCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Runs a whole network in virtual time, from a seed, with every fault, and checks its promises.",
        discussion: """
            One thread, virtual time, and the daemons' own sessions, replicas and rules on simulated disks and lines. \
            A seed decides every bit of a run. Faults strike, then everything is healed, and within ten virtual \
            minutes the network must be at rest, with every write that a client was told of at the hub exactly once.

            Faults: \(Fault.allCases.map { $0.rawValue }.joined(separator: ", ")); or a kind of them: \
            \(Fault.Kind.allCases.map { $0.rawValue }.joined(separator: ", ")); or `all`.

            Exit codes: 0 every promise was kept, 1 one was broken, 2 wrong usage.
            """
    )

    @OptionGroup var shape: SimShape

    @Option(
        help: ArgumentHelp("Run so many seeds, from --seed on, with stores and faults drawn from each.", valueName: "n")
    )
    var runs: Int?

    @Option(help: ArgumentHelp("Write all that happens to a file, one JSON object a line.", valueName: "file"))
    var trace: String?

    @Option(
        help: ArgumentHelp("Leave every node's files there, as they stand when the run ends.", valueName: "directory")
    )
    var replicas: String?

    @Flag(help: "Search a shorter run that still breaks the promise.")
    var shrink = false

    @Flag(help: "Print JSON: one object.")
    var json = false

    func validate() throws {
        if let runs, runs < 1 { throw ValidationError("--runs is at least 1") }
        if runs != nil, trace != nil { throw ValidationError("--trace is of one run, not of several") }
        if runs != nil, replicas != nil { throw ValidationError("--replicas is of one run, not of several") }
    }

    func run() async throws {
        let seed = shape.seed ?? UInt64.random(in: 1...999_999_999)
        if let runs {
            try await SimSwarm(first: seed, runs: runs, shape: shape, isJSON: json).run()
            return
        }
        let plan = try shape.plan(seed: seed)
        if !json { print("seed \(seed)") }
        let done = try SimRun(plan, trace: trace, replicas: replicas, isQuiet: json).run()
        if json { try JSONOutput.print(SimReportJSON(done)) } else { print(SimReportText.text(done)) }
        guard done.report.violation != nil else { return }
        if shrink { try SimShrink(plan).run() }
        throw ExitCodes.notSo
    }
}
