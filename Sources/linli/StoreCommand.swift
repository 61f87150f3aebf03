import ArgumentParser
import ServiceLifecycle
import StoreNode
import Trust

/// `linli store …`
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "A store.", subcommands: [StoreJoin.self, StoreRun.self])
}

struct StoreJoin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Makes the store's replica and keys, and fetches its certificate.")

    @Argument(help: "The line that `linli hub invite` printed.")
    var token: String

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("Where the hub is, instead of the token's address.", valueName: "host:port"))
    var hub: Endpoint?

    func run() async throws {
        let joined = try await StoreJoining(token: JoinToken(parsing: token), directory: data.directory, hub: hub).join()
        print("store \(joined.store) of \(joined.network) made in \(data.directory), site \(joined.site)")
    }
}

struct StoreRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "The store daemon.")

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("Where the hub is, instead of the address that the store joined with.", valueName: "host:port"))
    var hub: Endpoint?

    @Option(help: ArgumentHelp("Where to listen for people and programs, in HTTP.", valueName: "host:port"))
    var http = Endpoint.storeHTTP

    func run() async throws {
        let log = DaemonLog.logger("store")
        let node = try StoreNode(directory: data.directory, hub: hub, program: "linli \(Linli.version)", log: log)
        try await Daemon(directory: data.directory, log: log).run(node, control: node.answer)
    }
}
