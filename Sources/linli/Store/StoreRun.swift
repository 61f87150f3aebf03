import ArgumentParser
import StoreNode
import Trust

/// `linli store run`.
struct StoreRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the store's daemon until SIGTERM.",
        discussion: "It logs to standard error. The hub need not be there: the store sells on."
    )

    @OptionGroup var data: DataOption

    @Option(
        help: ArgumentHelp(
            "Where the hub is, instead of the address that the store joined with; it is known by its certificate.",
            valueName: "host:port"
        ),
        transform: Names.endpoint
    )
    var hub: Endpoint?

    @OptionGroup var http: HTTPOption

    func run() async throws {
        let log = DaemonLog.make("store")
        let daemon = try Daemon(directory: data.directory, log: log)
        let node = try StoreNode(directory: data.directory, hub: hub, program: Linli.version, log: log)
        let api = try APIService.make(
            http,
            directory: data.directory,
            defaultPort: APIService.storePort,
            log: log,
            standings: { [] },
            release: { _ in }
        )
        try await daemon.run(node, api: api, answer: node.answer)
    }
}
