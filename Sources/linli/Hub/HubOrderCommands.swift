import ArgumentParser
import ChangeLog
import HubNode
import Transport

/// `linli hub freeze`.
struct HubFreeze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Ends a store's session at once, and refuses the store until it is thawed.",
        discussion: """
            The store goes on selling by itself; what it writes stays in its outbox, and is merged after \
            `linli hub thaw`. Nobody may join as the store meanwhile.
            """
    )

    @OptionGroup var store: StoreArgument
    @OptionGroup var data: DataOption

    func run() async throws { try await HubOrdering.obey(StoreOrder(.freeze, store: store.text), data.directory) }
}

/// `linli hub thaw`.
struct HubThaw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thaw",
        abstract: "Lets a frozen store take part again.",
        discussion: "Its daemon tries again within ten seconds."
    )

    @OptionGroup var store: StoreArgument
    @OptionGroup var data: DataOption

    func run() async throws { try await HubOrdering.obey(StoreOrder(.thaw, store: store.text), data.directory) }
}

/// `linli hub retire`.
struct HubRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Takes a store out of the network for good.",
        discussion: """
            Its session ends at once, and nothing that it has not pushed is ever taken. Its rows stay. With \
            --rights release the hub gets the rights that it held; else they stay frozen, and \
            `linli hub release` gives them to the hub later.
            """
    )

    @OptionGroup var store: StoreArgument

    @Option(
        help: ArgumentHelp(
            "What becomes of the rights that it held: release or keep. (default: keep)",
            valueName: "what"
        ),
        transform: Names.rights
    )
    var rights: StoreOrder.Rights?

    @OptionGroup var data: DataOption

    func run() async throws {
        try await HubOrdering.obey(StoreOrder(.retire, store: store.text, rights: rights ?? .keep), data.directory)
    }
}

/// `linli hub release`.
struct HubRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Gives the hub the rights of a store's lost disks; the store itself goes on with its own.",
        discussion: """
            Rights of a disk that another one replaced stay frozen, and those of a retired store, because it may have \
            promised units that nobody has heard of. That is the risk: release them when that disk can promise nothing \
            any more, or the shelf was counted. The store may be online, and its present disk keeps what it holds. For a \
            store that is gone altogether, use `linli rights reclaim`.
            """
    )

    @OptionGroup var store: StoreArgument
    @OptionGroup var data: DataOption

    func run() async throws { try await HubOrdering.obey(StoreOrder(.release, store: store.text), data.directory) }
}

/// The store that an order is about.
struct StoreArgument: ParsableArguments {
    @Argument(help: "The store's name in the network.", transform: Names.store)
    var store: NodeName

    var text: String { store.text }
}

/// How an order reaches the hub: by its daemon when one runs, else by its files.
private enum HubOrdering {
    /// How long the daemon may take: one commit behind what it is at.
    static let answerMilliseconds: Int64 = 30_000

    static func obey(_ order: StoreOrder, _ directory: String) async throws {
        try NodeDirectory.require(.hub, directory, for: "hub \(order.verb.rawValue)")
        let answer = try await NodeDirectory.ask(
            directory,
            .order(order),
            as: StoreOrdered.self,
            timeoutMilliseconds: answerMilliseconds
        ) { try HubOrders(directory: directory).obeyAtRest(order) }
        print(answer.said)
    }
}
