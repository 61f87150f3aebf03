import ArgumentParser
import HubNode
import Trust

/// `linli hub run`.
struct HubRun: AsyncParsableCommand {
    static let defaultPort: UInt16 = 7_411

    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the hub's daemon until SIGTERM.",
        discussion: "It logs to standard error. A port of 0 lets the system choose one; the log says which."
    )

    @OptionGroup var data: DataOption

    @Option(
        help: ArgumentHelp("Where stores are awaited. (default: 0.0.0.0:7411)", valueName: "host:port"),
        transform: Names.endpoint
    )
    var listen: Endpoint?

    @Option(
        help: ArgumentHelp("How long the certificates last that stores get. (default: 1095d)", valueName: "time"),
        transform: Names.timeSpan
    )
    var certificateLifetime: TimeSpan?

    @OptionGroup var http: HTTPOption

    func run() async throws {
        let log = DaemonLog.make("hub")
        let listen = try listen ?? Endpoint(parsing: "0.0.0.0:\(Self.defaultPort)")
        let daemon = try Daemon(directory: data.directory, log: log)
        let node = try HubNode(
            directory: data.directory,
            listen: listen,
            program: Linli.version,
            certificateLifetimeMilliseconds: certificateLifetime?.milliseconds ?? Validity.storeMilliseconds,
            log: log
        )
        let api = try APIService.make(
            http,
            directory: data.directory,
            defaultPort: APIService.hubPort,
            log: log,
            standings: APIService.standings(of: node),
            release: node.release
        )
        try await daemon.run(node, api: api, answer: node.answer)
    }
}
