import ArgumentParser
import Replica
import Transport

/// `linli conflicts`.
struct ConflictsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts",
        abstract: "Lists values that lost a merge against a concurrent one, with who and when.",
        discussion: """
            Nothing is lost: the value stands here. To bring it back, write it again with any SQLite client at a node \
            that may write the column; the new write is the later one. --settle notes, at the hub, that a person has \
            seen to a conflict; it goes from the list at both ends.
            """
    )

    @OptionGroup var data: DataOption

    @Flag(help: "Those that are settled, too.")
    var all = false

    @Flag(help: "Print JSON: a list of objects with the columns of linli_conflict.")
    var json = false

    @Option(
        help: ArgumentHelp("Settles the conflict with this ID, at the hub.", valueName: "id"),
        transform: Names.line
    )
    var settle: Int64?

    @OptionGroup var author: AuthorOption

    func run() async throws {
        if let settle {
            let settlement = Settlement(.conflicts, line: settle, .seen, by: try author.name)
            let lines = try await HubSettlement.settle(settlement, data.directory, for: "conflicts --settle")
            return print(lines.isEmpty ? "conflict \(settle) was settled already" : "settled: conflict \(settle)")
        }
        let conflicts = try ConflictReport.read(directory: data.directory, withSettled: all)
        if json { return try JSONOutput.print(conflicts) }
        guard !conflicts.isEmpty else { return print("no conflicts") }
        var table = TextTable(["ID", "TABLE", "KEY", "COLUMN", "KEPT", "BY", "LOST", "BY", "SEEN"])
        for one in conflicts {
            table.add([
                "\(one.id)", one.table, one.key, one.column ?? "(row)", one.kept ?? "(gone)", one.keptBy ?? "-",
                one.lost ?? "-", one.lostBy ?? "-", Ago.text(since: one.noticedAt),
            ])
        }
        print(table.text)
    }
}
