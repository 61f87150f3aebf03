import ArgumentParser
import Foundation
import HubNode
import Transport

/// `linli hub import`.
struct HubImportCommand: AsyncParsableCommand {
    /// A stick is slow, and a year's outbox long.
    private static let answerMilliseconds: Int64 = 3_600_000

    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Merges the changesets in a file that `linli store export-outbox` made.",
        discussion: """
            Each changeset is merged once, whatever also arrives by the network; authority is judged as for a push. A \
            file that is damaged, of another network, or does not follow what the hub has, is refused whole. Works \
            while the hub's daemon runs, which reads the file itself, and when it is stopped.
            """
    )

    @Argument(help: ArgumentHelp("The outbox file.", valueName: "file"))
    var file: String

    @OptionGroup var data: DataOption

    @Flag(help: "Take it also from a store, or an earlier disk of one, that takes part no more.")
    var fromRetired = false

    @Flag(help: "Print JSON: one object.")
    var json = false

    func run() async throws {
        try NodeDirectory.require(.hub, data.directory, for: "hub import")
        let request = ControlRequest.OutboxImport(
            path: URL(fileURLWithPath: file).path,
            isFromRetired: fromRetired
        )
        let imported = try await NodeDirectory.ask(
            data.directory,
            .importOutbox(request),
            as: ImportedOutbox.self,
            timeoutMilliseconds: Self.answerMilliseconds
        ) { try await HubImport(directory: data.directory).runAtRest(request) }
        if json { return try JSONOutput.print(imported) }
        print(
            "store \(imported.store): changesets \(imported.first) to \(imported.last) read, \(imported.imported) "
                + "imported, \(imported.known) were here already, \(imported.quarantined) changes quarantined"
        )
    }
}
