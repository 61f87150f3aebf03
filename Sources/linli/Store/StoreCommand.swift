import ArgumentParser

/// `linli store …`.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "A store: joins it to a network, and runs it.",
        subcommands: [StoreJoinCommand.self, StoreRun.self, StoreExportCommand.self]
    )
}
