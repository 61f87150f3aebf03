import ArgumentParser
import ChangeLog
import HubNode
import Replica
import Transport

/// `linli rights`.
struct RightsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rights",
        abstract: "Who may spend how much of the escrow columns, as this node knows it; and the rights of the dead.",
        subcommands: [RightsList.self, RightsReclaim.self],
        defaultSubcommand: RightsList.self
    )
}

struct RightsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the holders of rights.",
        discussion: "STORE#SITE is a disk that was replaced, or a store whose rights were reclaimed."
    )

    @OptionGroup var data: DataOption

    @Flag(help: "Each row of the table by itself.")
    var rows = false

    @Flag(help: "Print JSON: a list of objects with table, column, key (with --rows), node, rows, units, stranded.")
    var json = false

    func run() throws {
        let rights = try RightsReport.read(directory: data.directory, byRow: rows)
        if json { return try JSONOutput.print(rights) }
        guard !rights.isEmpty else { return print("no rights") }
        var table = TextTable(["TABLE", "COLUMN", rows ? "KEY" : "ROWS", "HOLDER", "UNITS", ""])
        for one in rights {
            table.add([
                one.table, one.column, one.key ?? "\(one.rows)", one.node, "\(one.units)",
                one.isStranded ? "nobody can spend these" : "",
            ])
        }
        print(table.text)
    }
}

struct RightsReclaim: AsyncParsableCommand {
    private static let answerMilliseconds: Int64 = 30_000

    static let configuration = CommandConfiguration(
        commandName: "reclaim",
        abstract: "Gives the hub all rights of a store that is gone: of its lost disks, and of its present one.",
        discussion: """
            The risk: the store may have promised units that nobody has heard of yet. When its outbox arrives, they are \
            taken from the hub's rights; what these do not cover is refused and stands in quarantine as `no rights`, one \
            line for each promise. The present site is fenced: what it wrote is still taken when it comes back, and then \
            the store joins again with a new token. A store that is online is refused. For a store that goes on with a \
            new disk, use `linli hub release`: it frees the lost disk's rights, and no others.
            """
    )

    @Argument(help: "The store's name in the network.", transform: Names.store)
    var store: NodeName

    @OptionGroup var data: DataOption

    func run() async throws {
        try NodeDirectory.require(.hub, data.directory, for: "rights reclaim")
        let done = try await NodeDirectory.ask(
            data.directory,
            .reclaim(store: store.text),
            as: ReclaimedRights.self,
            timeoutMilliseconds: Self.answerMilliseconds
        ) { try RightsReclaiming.reclaimAtRest(store.text, directory: data.directory) }
        print("the hub has \(done.units) units in \(done.rows) rows that were \(store)'s")
        guard done.wasFenced else { return }
        print(
            """
            \(store)'s present site is fenced; what it promised and nobody heard of is taken from the hub's rights when it \
            comes back, and named in quarantine where these are too few. `linli hub invite \(store)` lets it join again
            """
        )
    }
}
