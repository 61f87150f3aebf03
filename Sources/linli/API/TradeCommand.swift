import ArgumentParser
import ChangeLog
import LocalAPI
import Replica
import Retail
import SyncSession
import Transport

/// `linli trade`: the commands of the trade, for a person at the node.
struct TradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trade",
        abstract: "Does a command of the trade at this node, as the HTTP API does: sell, take-over, set-prices, …",
        discussion: """
            Without a command it lists those that work here. The request is one JSON object, or `-` to read it from \
            standard input; the answer is one line of JSON. Repeat a command that may have been cut off with its --key: \
            it is done once. Works with the daemon running or stopped.
            """
    )

    @Argument(help: "The command's name.")
    var command: String?

    @Argument(help: "The request, as docs/api.md and /openapi.json have it.")
    var request = "{}"

    @Option(help: ArgumentHelp("The idempotency key. (default: a new one)", valueName: "key"))
    var key: String?

    @OptionGroup var data: DataOption

    func run() async throws {
        let desk = try TradeDesk.open(data.directory)
        guard let command else { return print(Self.list(isHub: desk.node.isHub)) }
        guard let known = RetailCommand.named(command) else {
            throw Failure(
                ExitCodes.badInput,
                "there is no command \(command); `linli trade` lists those that there are"
            )
        }
        var bytes = Array(request.utf8)
        if request == "-" {
            bytes = []
            while let line = readLine(strippingNewline: false) { bytes += line.utf8 }
        }
        let stores = try await TradeDesk.standings(desk, data.directory)
        let answer = try desk.answer(
            known,
            try JSONValue(parsing: bytes),
            key: known.isChange ? try IdempotencyKey(key ?? TradeDesk.freshKey()) : nil,
            stores: stores
        )
        try desk.close()
        print(answer.value.string)
    }

    private static func list(isHub: Bool) -> String {
        var table = TextTable(["COMMAND", "DOES", "FIELDS"])
        for command in RetailCommand.all where command.works(atHub: isHub) {
            let fields = command.fields.map { $0.isRequired ? $0.name : "[\($0.name)]" }.joined(separator: " ")
            table.add([command.name, command.summary, fields])
        }
        return table.text
    }
}

/// `linli hub erase`.
struct HubErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erases a customer: contacts, pseudonym and notes go from every order, at every node.",
        discussion: """
            They go also where conflicts and the quarantine quote them; a store that is away does it when it comes back. \
            Sales, payments and hand-overs stay: they hold no personal data. The journal stays, and its chain valid: it \
            has hashes only. The change logs of stores that had an order keep it until they are trimmed: after a week, and at \
            the store that wrote it, where the hub makes backups, once it is in one as well. Backups keep what they have.
            """
    )

    @Argument(help: "The customer's pseudonym, as orders have it.")
    var customer: String

    @OptionGroup var data: DataOption

    func run() async throws {
        try NodeDirectory.require(.hub, data.directory, for: "hub erase")
        let desk = try TradeDesk.open(data.directory)
        guard let erase = RetailCommand.named("erase") else { return }
        let answer = try desk.answer(
            erase,
            ["customer": .text(customer)],
            key: try IdempotencyKey(TradeDesk.freshKey()),
            stores: []
        )
        try desk.close()
        print(
            """
            erased from \(answer.value["orders"]?.integer ?? 0) orders, with \(answer.value["contacts"]?.integer ?? 0) \
            contacts; change logs and backups keep what was written until they are trimmed (`linli hub erase --help`)
            """
        )
    }
}

/// The desk of a directory, for one command.
enum TradeDesk {
    static func open(_ directory: String) throws -> RetailDesk {
        try RetailDesk(directory: directory, clock: { Moment.now.wallMilliseconds })
    }

    static func freshKey() -> String { "cli-" + String(UInt64.random(in: 0 ... .max), radix: 16) }

    /// The stores as the hub's daemon, or its files, know them.
    static func standings(_ desk: RetailDesk, _ directory: String) async throws -> [StoreStanding] {
        guard desk.node.isHub else { return [] }
        return (try await NodeDirectory.status(of: directory).stores ?? []).map { store in
            StoreStanding(
                store: store.store,
                region: store.region,
                name: "",
                isOnline: store.state == .online,
                takesPart: store.state != .frozen && store.state != .retired
            )
        }
    }
}
