import ArgumentParser
import ChangeLog
import HubNode
import Transport

/// `linli hub receipt`.
struct HubReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Prints a receipt of one changeset: who signed it, and when the hub received it.",
        discussion: """
            JSON, which `linli receipt check` checks on any machine with public keys alone. Reads the hub's files, \
            with its daemon or without.
            """
    )

    @Argument(help: ArgumentHelp("The store that pushed it.", valueName: "store"), transform: Names.store)
    var store: NodeName

    @Argument(help: ArgumentHelp("The changeset's number.", valueName: "number"))
    var number: Int64

    @Option(
        help: ArgumentHelp("The site that pushed it. (default: the store's present one)", valueName: "site"),
        transform: Names.site
    )
    var site: SiteID?

    @OptionGroup var data: DataOption

    func run() throws {
        try NodeDirectory.require(.hub, data.directory, for: "hub receipt")
        let receipt = try HubReceipt.make(
            directory: data.directory,
            store: store,
            number: ChangesetNumber(number),
            site: site
        )
        try JSONOutput.print(receipt)
    }
}
