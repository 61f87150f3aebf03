import ArgumentParser
import ChangeLog
import StoreNode
import Trust

/// `linli store join`.
struct StoreJoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Makes a store's replica and keys, and fetches its certificate from the hub.",
        discussion: """
            The store's key never leaves this machine. The hub is known by the authority that the token names, \
            whatever its address. A join that was cut may be repeated with the same token.
            """
    )

    @Argument(help: ArgumentHelp("The line that `linli hub invite` printed.", valueName: "token"))
    var token: String

    @OptionGroup var data: DataOption

    @Option(
        help: ArgumentHelp("Where the hub is, instead of the address in the token.", valueName: "host:port"),
        transform: Names.endpoint
    )
    var hub: Endpoint?

    func run() async throws {
        let token = try JoinToken(parsing: token)
        let joined = try await StoreJoining(token: token, directory: data.directory, hub: hub).join()
        print(
            """
            joined \(joined.network) as store \(joined.store), site \(joined.site)
            start it with `linli store run --data \(data.directory)`
            """
        )
    }
}
