import ArgumentParser
import ChangeLog
import Foundation
import HubNode
import Logging
import NetworkSchema
import Retail
import ServiceLifecycle
import Trust

/// `linli hub …`
struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "The hub: the network's centre.",
        subcommands: [HubInit.self, HubRun.self, HubInvite.self, HubStores.self])
}

struct HubInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes the hub's replica, keys and certificate authority.")

    @OptionGroup var data: DataOption

    @Option(help: "What the network is called.")
    var name = "linli"

    @Option(help: ArgumentHelp("The schema; the built-in retail schema if none is named.", valueName: "file"))
    var schema: String?

    @Option(help: ArgumentHelp("Where stores reach the hub; stands in the tokens.", valueName: "host:port"))
    var address = Endpoint.hubDefault

    func run() throws {
        guard let network = NetworkName(name) else {
            throw Failure(.badInput, "'\(name)' cannot name a network; take 1 to 63 bytes without control characters")
        }
        let schema = try NetworkSchema(yaml: try document())
        try HubFounding(directory: data.directory, network: network, schema: schema, address: address).found()
        print("hub of \(network) made in \(data.directory), schema \(schema.name) version \(schema.version)")
    }

    private func document() throws -> String {
        guard let schema else { return RetailSchema.yaml }
        guard let bytes = FileManager.default.contents(atPath: schema) else {
            throw Failure(.badInput, "\(schema) cannot be read; name a schema document, in YAML")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.badInput, "\(schema) is not UTF-8; save the schema document as UTF-8")
        }
        return text
    }
}

struct HubRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "The hub daemon.")

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("Where to listen for stores.", valueName: "host:port"))
    var listen = Endpoint.hubListen

    @Option(help: ArgumentHelp("Where to listen for people and programs, in HTTP.", valueName: "host:port"))
    var http = Endpoint.hubHTTP

    func run() async throws {
        let log = DaemonLog.logger("hub")
        let node = try HubNode(directory: data.directory, listen: listen, program: "linli \(Linli.version)", log: log)
        try await Daemon(directory: data.directory, log: log).run(node, control: node.answer)
    }
}

struct HubInvite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Registers a store and prints one line, a join token, and nothing else.")

    @Argument(help: "The store's name: a-z, 0-9, dot, dash and underscore.")
    var store: String

    @Option(help: "The store's region.")
    var region = ""

    @Option(help: "What people call the store.")
    var name: String?

    @Option(help: "How long the token is good for, as 24h or 30m.")
    var expires = TimeSpan(milliseconds: 24 * 3_600_000)

    @OptionGroup var data: DataOption

    func run() async throws {
        guard let store = NodeName(store), !store.isHub else {
            throw Failure(
                .badInput,
                "'\(store)' cannot name a store; take 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit")
        }
        let token = try HubRegistry(directory: data.directory).invite(
            store, region: region, name: name ?? store.text, lifetimeMilliseconds: expires.milliseconds)
        print(token.line)
    }
}

struct HubStores: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stores", abstract: "The stores of the network.")

    @OptionGroup var data: DataOption

    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        let status = try HubStatus.read(directory: data.directory)
        if json { return print(try Printed.json(status.stores)) }
        for store in status.stores { print(store.line) }
    }
}

extension Endpoint {
    static let hubDefault = loopback(7411)
    static let hubListen = any(7411)
    static let hubHTTP = loopback(7412)
    static let storeHTTP = loopback(7413)

    private static func loopback(_ port: UInt16) -> Endpoint { known("127.0.0.1", port) }
    private static func any(_ port: UInt16) -> Endpoint { known("0.0.0.0", port) }

    private static func known(_ host: String, _ port: UInt16) -> Endpoint {
        guard let endpoint = Endpoint(host: host, port: port) else { preconditionFailure("\(host) is an address") }
        return endpoint
    }
}
