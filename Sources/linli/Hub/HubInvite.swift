import ArgumentParser
import ChangeLog
import HubNode
import Transport

/// `linli hub invite`.
struct HubInvite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Registers a store and prints one line, a join token, and nothing else.",
        discussion: """
            Give the line to `linli store join` on the store's machine. It works once, and not after it expired. An \
            invitation of a store that has not joined replaces the one before.
            """
    )

    /// How long the daemon may take: one small commit behind what it is at.
    private static let answerMilliseconds: Int64 = 30_000

    @Argument(help: "The store's name in the network.", transform: Names.store)
    var store: NodeName

    @Option(help: ArgumentHelp("The store's region.", valueName: "region"), transform: Names.region)
    var region: String?

    @Option(help: ArgumentHelp("The store's name for people.", valueName: "name"), transform: Names.region)
    var name: String?

    @Option(
        help: ArgumentHelp("How long the token is good for. (default: 24h)", valueName: "time"),
        transform: Names.timeSpan
    )
    var expires: TimeSpan?

    @OptionGroup var data: DataOption

    func run() async throws {
        let invitation = ControlRequest.Invitation(
            store: store.text,
            region: region ?? "",
            name: name ?? "",
            expiresMilliseconds: (expires ?? TimeSpan(milliseconds: 86_400_000)).milliseconds
        )
        try NodeDirectory.require(.hub, data.directory, for: "hub invite")
        let invited = try await NodeDirectory.ask(
            data.directory,
            .invite(invitation),
            as: InvitedStore.self,
            timeoutMilliseconds: Self.answerMilliseconds
        ) { InvitedStore(token: try HubRegistry(directory: data.directory).inviteAtRest(invitation)) }
        print(invited.token)
    }
}
