import ArgumentParser
import FoundationEssentials
import Glibc
import HubNode
import NetworkSchema
import Retail
import Trust

/// `linli hub init`.
struct HubInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes a hub's replica, keys and certificate authority.",
        discussion: "Everything is made, or nothing: a schema with a mistake, or a directory in use, is left as it is."
    )

    @OptionGroup var data: DataOption

    @Option(
        help: ArgumentHelp(
            "What the network is called, in certificates and tokens. (default: linli)",
            valueName: "name"
        ),
        transform: Names.network
    )
    var name: NetworkName?

    @Option(help: ArgumentHelp("The schema document, YAML. (default: the built-in retail schema)", valueName: "file"))
    var schema: String?

    @Option(
        help: ArgumentHelp(
            "Where stores find this hub; join tokens name it. (default: this machine's name, port 7411)",
            valueName: "host:port"
        ),
        transform: Names.endpoint
    )
    var address: Endpoint?

    func run() throws {
        let document = try schema.map(SchemaFile.read) ?? RetailSchema.yaml
        let parsed: NetworkSchema
        do { parsed = try NetworkSchema(yaml: document) } catch {
            throw Failure(ExitCodes.badInput, "\(schema ?? "the built-in schema"): \(error)")
        }
        let network = try name ?? Names.network("linli")
        let place = try address ?? Self.defaultAddress()
        try HubFounding(directory: data.directory, network: network, schema: parsed, address: place).found()
        print(
            """
            made the hub of \(network) in \(data.directory), schema \(parsed.name) version \(parsed.version)
            stores will look for it at \(place); start it with `linli hub run --data \(data.directory)`
            """
        )
    }

    private static func defaultAddress() throws -> Endpoint {
        var bytes = [UInt8](repeating: 0, count: Endpoint.hostBytesMax + 1)
        let length = bytes.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { name in
                name.baseAddress.map { gethostname($0, name.count) } ?? -1
            }
        }
        let host = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        guard length == 0, let endpoint = Endpoint(host: host, port: HubRun.defaultPort) else {
            throw Failure(
                ExitCodes.badInput,
                "this machine has no name that stores could dial; give --address HOST:PORT"
            )
        }
        return endpoint
    }
}
