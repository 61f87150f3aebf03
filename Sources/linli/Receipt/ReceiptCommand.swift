import ArgumentParser

/// `linli receipt …`.
struct ReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Receipts of what a hub received, for whoever has no part in the network.",
        subcommands: [ReceiptCheckCommand.self]
    )
}
