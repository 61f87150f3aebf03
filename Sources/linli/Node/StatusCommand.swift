import ArgumentParser
import Transport

/// `linli status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says how a node does, with its daemon running or stopped."
    )

    @OptionGroup var data: DataOption

    @Flag(help: "Print JSON: one object.")
    var json = false

    func run() async throws {
        let status = try await NodeDirectory.status(of: data.directory)
        if json { return try JSONOutput.print(status) }
        print(StatusText(status).text)
    }
}
