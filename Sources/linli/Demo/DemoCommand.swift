import ArgumentParser
import Logging
import Rehearsal
import ServiceLifecycle
import UnixSignals

/// `linli demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows a hub and three stores on this machine: sales, a partition, a reunion.",
        discussion: """
            Real daemons of this binary, on loopback, with plain SQLite clients as tills. It ends by itself, with \
            exit 0 only if every sale arrived once and all digests agree.
            """
    )

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Keeps the nodes in this directory. (default: a temporary one)", valueName: "dir")
    )
    var directory: String?

    @Flag(help: "Leaves everything running at the end, for a look with any SQLite client, until Ctrl-C.")
    var keep = false

    @Option(help: ArgumentHelp("Replays the sales of a CSV file instead of made ones.", valueName: "file"))
    var sales: String?

    func run() async throws {
        // Read before anything is made.
        let sales = try sales.map(Self.read)
        let story = DemoService(
            place: try DemoPlace(directory),
            keep: keep,
            sales: sales
        )
        // A signal cancels the story, and the story stops its daemons.
        var quiet = Logger(label: "demo")
        quiet.logLevel = .critical
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: story, successTerminationBehavior: .gracefullyShutdownGroup)],
                cancellationSignals: [.sigterm, .sigint],
                logger: quiet
            )
        )
        // A service that was cancelled, and has ended well, is no failure.
        do { try await group.run() } catch is CancellationError {}
    }
    private static func read(_ path: String) throws -> SalesFile {
        do { return try SalesFile(path: path) } catch let failure as SalesFile.Failure {
            if case .unreadable = failure { throw failure }
            throw Failure(ExitCodes.badInput, "\(path): \(failure)")
        }
    }
}
