import ArgumentParser
import Replica
import Transport

/// `linli exceptions`.
struct ExceptionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exceptions",
        abstract: "What merging cannot solve and a person must: lists it, and notes that it is settled.",
        discussion: """
            The cases are the rows of the schema's views whose names begin with exception_. One goes by itself when the \
            facts change, or when it is settled.
            """,
        subcommands: [ExceptionsList.self, ExceptionsSettle.self],
        defaultSubcommand: ExceptionsList.self
    )
}

/// `linli exceptions`, `linli exceptions list`.
struct ExceptionsList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the open cases.")

    @OptionGroup var data: DataOption

    @Flag(help: "Print JSON: a list of objects.")
    var json = false

    func run() throws {
        let rows = try ExceptionReport.read(directory: data.directory)
        let now = WallClock.system.milliseconds()
        if json { return try JSONOutput.print(rows.map { ExceptionJSON($0, nowMilliseconds: now) }) }
        guard !rows.isEmpty else { return print("no exceptions") }
        var table = TextTable(["EXCEPTION", "SUBJECT", "STORE", "AGE", "FACTS"])
        for row in rows {
            let facts = row.columns.filter { !["subject", "store_id", "since"].contains($0.name) }
                .compactMap { column in column.value.readable.map { "\(column.name)=\($0)" } }
            table.add([
                row.exception, row.subject, row.store ?? "-",
                row.since.map { Ago.text(milliseconds: max(now - $0, 0)) } ?? "-", facts.joined(separator: " "),
            ])
        }
        print(table.text)
    }
}

/// `linli exceptions settle`.
struct ExceptionsSettle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Notes that a person has seen to a case, with who and when.",
        discussion: """
            The trace is a row of the table settlement, which replicates as any other. If the same happens again later, \
            it is a case again.
            """
    )

    @Argument(help: "The exception's name, as listed.")
    var exception: String

    @Argument(help: "The subject, as listed.")
    var subject: String

    @Option(help: ArgumentHelp("What was done.", valueName: "text"))
    var note: String?

    @OptionGroup var author: AuthorOption
    @OptionGroup var data: DataOption

    func run() throws {
        let outcome = try ExceptionSettlement.settle(
            directory: data.directory,
            exception: exception,
            subject: subject,
            note: note,
            by: try author.name,
            nowMilliseconds: WallClock.system.milliseconds()
        )
        switch outcome {
        case .settled: print("settled: \(exception) \(subject)")
        case .absent:
            throw Failure(ExitCodes.notSo, "\(exception) has no open case '\(subject)'; `linli exceptions` lists them")
        case .unknown(let names):
            throw Failure(
                ExitCodes.badInput,
                "the schema has no exception '\(exception)'; it has \(names.isEmpty ? "none" : names.joined(separator: ", "))"
            )
        case .untraced:
            throw Failure(
                ExitCodes.badInput,
                "the schema has no table settlement to keep this in; the case goes when the facts are put right"
            )
        case .refused(let why):
            throw Failure(ExitCodes.notPermitted, "\(why); settle it at the hub, or at the store that it concerns")
        }
    }
}
