import ArgumentParser
import FoundationEssentials
import HubNode
import NetworkSchema
import Transport

/// `linli hub schema`.
struct HubSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "The network's schema.",
        subcommands: [HubSchemaApply.self]
    )
}

/// `linli hub schema apply`.
struct HubSchemaApply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Brings the network to the next version of its schema.",
        discussion: """
            FILE is the whole document, one version on. It may add tables, columns that are nullable or have a \
            default, views, indexes and effects; whatever else differs is refused, with the reason and the way round. \
            Stores that are online have it at once, others when they return; what they write until then lands under \
            it. An application that inserts without naming columns breaks when a table gets a column: name them.
            """
    )

    /// How long the daemon may take: one commit behind what it is at, and new triggers.
    static let answerMilliseconds: Int64 = 60_000

    @Argument(help: ArgumentHelp("The schema document, YAML.", valueName: "file"))
    var file: String

    @OptionGroup var data: DataOption

    func run() async throws {
        try NodeDirectory.require(.hub, data.directory, for: "hub schema apply")
        let document = try SchemaFile.read(file)
        // A mistake is told with the file's name before anything is asked of the hub.
        do { _ = try NetworkSchema(yaml: document) } catch { throw Failure(ExitCodes.badInput, "\(file): \(error)") }
        let applied = try await NodeDirectory.ask(
            data.directory,
            .applySchema(document: document),
            as: SchemaApplied.self,
            timeoutMilliseconds: Self.answerMilliseconds
        ) { try HubSchema(directory: data.directory).applyAtRest(document) }
        print("schema \(applied.name) is at version \(applied.version); stores take it over as they connect")
        StandardError.say("applications that insert without naming columns fail where a table got one: name them")
    }
}
