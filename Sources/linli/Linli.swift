import ArgumentParser

/// The one binary.
@main
struct Linli: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "linli",
        abstract: "Keeps a network of neighbourhood stores selling while the network between them is down.",
        version: version,
        subcommands: [
            HubCommand.self, StoreCommand.self, StatusCommand.self, WaitCommand.self, DigestCommand.self,
            ConflictsCommand.self, DemoCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Ending(error).leave()
        }
    }
}
