import ArgumentParser
import Glibc

/// The one binary: `linli` and its commands.
@main
struct Linli: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "linli",
        abstract: "Keeps a network of neighbourhood stores selling while the network between them is down.",
        discussion: """
            Every store runs a daemon with its own SQLite replica; a hub merges what the stores did and sends each \
            store what concerns it. `linli demo` shows it on this machine.

            Exit codes: 0 done, 1 not so, 2 wrong usage or bad input, 70 internal fault, 74 disk or I/O, 77 not \
            permitted.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(name: "Nodes", subcommands: [HubCommand.self, StoreCommand.self]),
            CommandGroup(
                name: "Looking at a node",
                subcommands: [
                    StatusCommand.self, WaitCommand.self, DigestCommand.self, ConflictsCommand.self,
                    QuarantineCommand.self, ExceptionsCommand.self, DoctorCommand.self, RightsCommand.self,
                ]
            ),
            CommandGroup(name: "Evidence", subcommands: [ReceiptCommand.self]),
            CommandGroup(name: "The retail network", subcommands: [TradeCommand.self, KeyCommand.self]),
            CommandGroup(
                name: "Trying it",
                subcommands: [DemoCommand.self, SimCommand.self, BenchCommand.self]
            ),
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            leave(because: error)
        }
    }

    /// Says why, and ends with the code for it. A request for help or the version is no failure.
    private static func leave(because error: any Error) -> Never {
        switch Ending(of: error) {
        case .said(let text):
            print(text)
            Glibc.exit(0)
        case .failed(let code, let line):
            if !line.isEmpty { StandardError.say("linli: \(line)") }
            Glibc.exit(code.rawValue)
        }
    }
}
