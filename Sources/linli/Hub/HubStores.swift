import ArgumentParser
import Transport

/// `linli hub stores`.
struct HubStores: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stores",
        abstract: "Lists the stores of the network and how far each of them is."
    )

    @OptionGroup var data: DataOption

    @Flag(help: "Print JSON: a list of objects, as `stores` in the hub's status.")
    var json = false

    func run() async throws {
        try NodeDirectory.require(.hub, data.directory, for: "hub stores")
        let stores = try await NodeDirectory.status(of: data.directory).stores ?? []
        if json { return try JSONOutput.print(stores) }
        if stores.isEmpty {
            print("no stores yet; invite one with `linli hub invite STORE --data \(data.directory)`")
        } else {
            print(StoreTable(stores).text)
            let lost = LostChangesets(stores).lines
            if !lost.isEmpty { print("\n" + (lost + [LostChangesets.cure]).joined(separator: "\n")) }
        }
    }
}
