import ArgumentParser
import ChangeLog
import Trust

/// `linli receipt check`.
struct ReceiptCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a receipt that `linli hub receipt` made; needs no network and no node.",
        discussion: """
            Checks the store's signature, the chain of hashes to it, the hub's signature, and the certificates of both. \
            Without --authority the receipt is as good as the authority that it names: compare the fingerprint. Exits \
            1 when the receipt does not hold.
            """
    )

    /// What a receipt that holds says, as JSON.
    private struct Facts: Encodable {
        var network: String
        var store: String
        var site: String
        var number: Int64
        var hash: String
        var received_ms: Int64
        var authority: String
    }

    @Argument(help: ArgumentHelp("The receipt.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The authority's certificate (PEM), as in DIR/keys/authority.crt.", valueName: "file"))
    var authority: String?

    @Flag(help: "Print JSON: one object.")
    var json = false

    func run() throws {
        let expected = try authority.map { path in
            try AuthorityCertificate(pem: String(decoding: InputFile.read(path, bytesMax: 65_536), as: UTF8.self))
        }
        let facts = try ReceiptCheck.check(InputFile.read(file, bytesMax: ReceiptCheck.bytesMax), authority: expected)
        if json {
            return try JSONOutput.print(
                Facts(
                    network: facts.network,
                    store: facts.store.text,
                    site: "\(facts.site)",
                    number: facts.number.number,
                    hash: facts.hash.hexadecimal,
                    received_ms: facts.receivedAt,
                    authority: "\(facts.authority)"
                )
            )
        }
        var table = TextTable(["changeset", "\(facts.number) of store \(facts.store), site \(facts.site)"])
        table.add(["hash", facts.hash.hexadecimal])
        table.add(["received", "\(facts.receivedAt) ms since 1970 UTC, by the clock of the hub of \(facts.network)"])
        table.add(["signed", "by the store's key and by the hub's"])
        table.add([
            "authority", "\(facts.authority)" + (expected == nil ? "; compare it with the network's" : ", as given"),
        ])
        print(table.text)
    }
}
