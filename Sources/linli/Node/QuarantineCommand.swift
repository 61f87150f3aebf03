import ArgumentParser
import Replica
import Transport

/// `linli quarantine`.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "What the hub refused: lists it, shows one change, and settles it.",
        discussion: """
            A refused change is kept here and at the store that wrote it, with the changes that rest on it. Until it is \
            settled, the hub's value stands at both ends.
            """,
        subcommands: [QuarantineList.self, QuarantineShow.self, QuarantineSettle.self],
        defaultSubcommand: QuarantineList.self
    )
}

/// `linli quarantine`, `linli quarantine list`.
struct QuarantineList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists what is not settled.")

    @OptionGroup var data: DataOption

    @Flag(help: "Those that are settled, too.")
    var all = false

    @Flag(help: "Print JSON: a list of objects with the columns of linli_quarantine.")
    var json = false

    func run() throws {
        let lines = try QuarantineReport.read(directory: data.directory, withSettled: all)
        if json { return try JSONOutput.print(lines) }
        guard !lines.isEmpty else { return print("nothing in quarantine") }
        var table = TextTable(
            ["ID", "STORE", "TABLE", "KEY", "REASON", "RESTS ON", "REFUSED"] + (all ? ["SETTLED"] : [])
        )
        for line in lines {
            let settled = line.settledHow.map { "\($0) by \(line.settledBy ?? "-")" } ?? "-"
            table.add(
                [
                    "\(line.id)", line.store, line.table ?? "(changeset)", line.key ?? "-", line.reason,
                    line.restsOn.map { "\($0)" } ?? "-", Ago.text(since: line.refusedAt),
                ] + (all ? [settled] : [])
            )
        }
        print(table.text)
    }
}

/// `linli quarantine show`.
struct QuarantineShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one refused change, and those that rest on it."
    )

    @Argument(help: "The line's ID in the list.", transform: Names.line)
    var line: Int64

    @OptionGroup var data: DataOption

    @Flag(help: "Print JSON: a list of objects, the line and those that rest on it.")
    var json = false

    func run() throws {
        let all = try QuarantineReport.read(directory: data.directory, withSettled: true)
        var tree: [QuarantineReport.Row] = []
        for one in all where one.id == line || tree.contains(where: { $0.id == one.restsOn }) { tree.append(one) }
        guard !tree.isEmpty else {
            throw Failure(
                ExitCodes.badInput,
                "there is no line \(line); `linli quarantine --all --data \(data.directory)` shows those that there are"
            )
        }
        if json { return try JSONOutput.print(tree) }
        print(tree.map(Self.text).joined(separator: "\n\n"))
    }

    private static func text(_ line: QuarantineReport.Row) -> String {
        var table = TextTable(["line", "\(line.id)\(line.restsOn.map { ", rests on line \($0)" } ?? "")"])
        table.add(["store", line.store])
        table.add(["row", line.table.map { "\($0) \(line.key ?? "")" } ?? "a whole changeset"])
        table.add(["reason", line.reason])
        table.add(["change", line.change])
        table.add(["refused", Ago.text(since: line.refusedAt)])
        if let how = line.settledHow {
            table.add(["settled", "\(how) by \(line.settledBy ?? "-"), \(Ago.text(since: line.settledAt))"])
        }
        return table.text
    }
}

/// `linli quarantine settle`.
struct QuarantineSettle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Settles a refused change at the hub, and with it those that rest on it.",
        discussion: """
            --accept makes the change as the hub's own, and it goes to every store that it concerns; all that rests on \
            it is made too, or nothing. --discard leaves the hub's value. Both ends see how it was settled, and by whom.
            """
    )

    @Argument(help: "The line's ID in the list.", transform: Names.line)
    var line: Int64

    @Flag(help: "Make the change.")
    var accept = false

    @Flag(help: "Leave it unmade.")
    var discard = false

    @OptionGroup var author: AuthorOption
    @OptionGroup var data: DataOption

    func validate() throws {
        guard accept != discard else { throw ValidationError("say either --accept or --discard") }
    }

    func run() async throws {
        let lines = try await HubSettlement.settle(
            Settlement(.quarantine, line: line, accept ? .accept : .discard, by: try author.name),
            data.directory,
            for: "quarantine settle"
        )
        let verb = accept ? "accepted" : "discarded"
        print(
            lines.isEmpty
                ? "line \(line) was \(verb) already"
                : "\(verb): line\(lines.count == 1 ? "" : "s") \(lines.map(String.init).joined(separator: ", "))"
        )
    }
}
