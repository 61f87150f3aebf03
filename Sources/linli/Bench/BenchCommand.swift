import ArgumentParser
import Bench
import FoundationEssentials
import Glibc

/// `linli bench`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures Linli against plain SQLite, in one run, on one disk.",
        discussion: """
            Parts: capture (what an application pays), replica (seal, merge, feed, apply, without a network), network \
            (real daemons, end to end), memory (idle stores at one hub). A ratio is ours by the baseline's.
            """
    )

    @Argument(
        help: ArgumentHelp("The parts to run: capture, replica, network, memory. (default: all)", valueName: "part")
    )
    var parts: [String] = []

    @Option(help: "Rows a measurement.")
    var rows = 100_000

    @Option(help: "Idle stores of the memory part.")
    var stores = 1_000

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("A directory on the disk to measure. (default: a temporary one)", valueName: "dir")
    )
    var directory: String?

    @Flag(help: "Print JSON: one object.")
    var json = false

    func run() async throws {
        let chosen = try parts.map { word in
            guard let part = LinliBench.Part(rawValue: word) else {
                throw Failure(ExitCodes.badInput, "'\(word)' is no part; name capture, replica, network or memory")
            }
            return part
        }
        guard (1_000...10_000_000).contains(rows), (1...10_000).contains(stores) else {
            throw Failure(ExitCodes.badInput, "--rows goes from 1000 to 10000000, --stores from 1 to 10000")
        }
        let place = try DemoPlace(directory)
        let bench = LinliBench(directory: place.directory, binary: Self.binary, rows: rows)
        if !json { print(BenchReport.heading) }
        let report = try await bench.run(chosen.isEmpty ? LinliBench.Part.allCases : chosen, stores: stores) { line in
            if !json { print(BenchReport.text(line)) }
        }
        if json { try JSONOutput.print(report) }
        try place.clear()
    }

    /// This very program, for the daemons.
    private static var binary: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = readlink("/proc/self/exe", &path, Int(PATH_MAX))
        return length > 0
            ? String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) : CommandLine.arguments[0]
    }
}
