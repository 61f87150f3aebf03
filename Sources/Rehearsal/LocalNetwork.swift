import Foundation
import NIOCore
import NIOPosix

/// A hub and its stores on this machine: real daemons of one binary, each with a directory of its own below one, and
/// for each store a link that can be cut; or, where the nodes have hosts, whatever lies between these.
public final class LocalNetwork {
    public struct UnknownNode: Error, CustomStringConvertible {
        let name: String

        public var description: String { "no node \(name) runs here" }
    }

    public struct NoLink: Error, CustomStringConvertible {
        let store: String

        public var description: String { "\(store) reaches the hub from a host of its own; no link of ours is between" }
    }

    private struct Store {
        let name: String
        let link: LinkProxy?
        /// Where it dials.
        let hub: String
        var daemon: ChildDaemon?
    }

    public let directory: String
    public let binary: String
    public private(set) var hubPort = 0
    /// Nodes that live on a host of their own; set before they are made. All nodes have one, or none has.
    public var hosts: [String: NodeHost] = [:]
    /// Daemons that are started from now on have no HTTP API.
    public var isWithoutHTTP = false
    private let group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    private var hub: ChildDaemon?
    private var stores: [Store] = []

    /// `directory` exists.
    public init(binary: String, directory: String) {
        self.binary = binary
        self.directory = directory
    }

    public var storeNames: [String] { stores.map { $0.name } }

    /// The data directory of a node: `hub`, or a store's name.
    public func data(_ node: String) -> String { directory + "/" + node }

    /// The replica of a node, for any SQLite client.
    public func replica(_ node: String) -> String { data(node) + "/linli.db" }

    /// Runs a command of the binary on a node's directory.
    ///
    /// - Returns: what it printed.
    @discardableResult
    public func command(_ words: String..., on node: String) throws -> String {
        try CommandRun.output(binary, words + ["--data", data(node)])
    }

    // MARK: Nodes

    /// Makes the hub and starts it. `schema` is a schema document's file; nil for the built-in one.
    public func startHub(schema: String? = nil) async throws {
        hubPort = try FreePort.find()
        let address = hosts["hub"]?.hubAddress ?? "127.0.0.1"
        var words = ["hub", "init", "--data", data("hub"), "--name", "rehearsal", "--address", "\(address):\(hubPort)"]
        if let schema { words += ["--schema", schema] }
        _ = try CommandRun.output(binary, words)
        try await runHub()
    }

    public func runHub() async throws {
        let host = hosts["hub"]
        let daemon = try ChildDaemon(
            binary: binary,
            [
                "hub", "run", "--data", data("hub"), "--listen",
                "\(host == nil ? "127.0.0.1" : "0.0.0.0"):\(hubPort)", "--http", http,
            ],
            on: host,
            log: log("hub"),
            directory: directory
        )
        hub = daemon
        try await daemon.says("listening on ")
    }

    /// Invites, joins and starts one store.
    public func startStore(_ name: String, region: String) async throws {
        try await joinStore(name, region: region)
        try await runStore(name)
    }

    public func joinStore(_ name: String, region: String) async throws {
        let token = try CommandRun.output(binary, ["hub", "invite", name, "--region", region, "--data", data("hub")])
        let host = hosts[name]
        let link = host == nil ? try await LinkProxy.start(to: hubPort, group: group) : nil
        let hub = link.map { "127.0.0.1:\($0.port)" } ?? "\(host?.hubAddress ?? "127.0.0.1"):\(hubPort)"
        let words = (host?.prefix ?? []) + [binary, "store", "join", token, "--data", data(name), "--hub", hub]
        _ = try CommandRun.output("/usr/bin/env", words)
        stores.append(Store(name: name, link: link, hub: hub))
    }

    /// A new disk of a store that was there: it joins again, through the same link, as a site of its own.
    public func joinAgain(_ name: String) throws {
        let store = stores[try place(name)]
        let token = try CommandRun.output(binary, ["hub", "invite", name, "--data", data("hub")])
        _ = try CommandRun.output(binary, ["store", "join", token, "--data", data(name), "--hub", store.hub])
    }

    public func runStore(_ name: String) async throws {
        let place = try place(name)
        let daemon = try ChildDaemon(
            binary: binary,
            ["store", "run", "--data", data(name), "--hub", stores[place].hub, "--http", http],
            on: hosts[name],
            log: log(name),
            directory: directory
        )
        stores[place].daemon = daemon
        try await daemon.says("started")
    }

    /// Starts a node that was stopped or killed.
    public func run(_ node: String) async throws {
        if node == "hub" { try await runHub() } else { try await runStore(node) }
    }

    /// The running daemon of a node.
    public func daemon(_ node: String) throws -> ChildDaemon {
        guard let daemon = node == "hub" ? hub : stores.first(where: { $0.name == node })?.daemon else {
            throw UnknownNode(name: node)
        }
        return daemon
    }

    /// The link of a store.
    public func link(_ store: String) throws -> LinkProxy {
        guard let link = stores[try place(store)].link else { throw NoLink(store: store) }
        return link
    }

    // MARK: At rest

    /// Waits until everything written at these stores is acknowledged, and they have caught up.
    public func settle(_ names: [String]? = nil, seconds: Int = 60) throws {
        // Twice: what a late store sent up reaches the others with the second.
        for _ in 0..<2 {
            for store in names ?? storeNames { try command("wait", "--timeout", "\(seconds)s", on: store) }
        }
    }

    /// The digest of a store's scope at the store and at the hub.
    public func digests(_ store: String) throws -> (store: String, hub: String) {
        (
            try command("digest", "--json", on: store),
            try command("digest", "--scope", store, "--json", on: "hub")
        )
    }

    /// The one digest of all tables of a store's scope, at the store and at the hub.
    public func totalDigests(_ store: String) throws -> (store: String, hub: String) {
        func total(_ words: [String], on node: String) throws -> String {
            let lines = try CommandRun.output(binary, ["digest"] + words + ["--data", data(node)])
            return lines.split(separator: " ").last.map { String($0) } ?? ""
        }
        return (try total([], on: store), try total(["--scope", store], on: "hub"))
    }

    /// Stops all daemons, the hub last.
    public func stop() async throws {
        for store in stores { store.daemon?.stop() }
        hub?.stop()
        for store in stores { try await store.link?.stop() }
        (hub, stores) = (nil, [])
    }

    /// A port that the system chooses: many nodes share this machine.
    private var http: String { isWithoutHTTP ? "none" : "127.0.0.1:0" }

    /// Where a running node serves its HTTP API: `127.0.0.1:PORT`.
    public func http(_ node: String) async throws -> String {
        let line = try await daemon(node).says("HTTP at ")
        return line.split(separator: " ").last.map { String($0) } ?? ""
    }

    private func log(_ node: String) -> String { directory + "/\(node).log" }

    private func place(_ store: String) throws -> Int {
        guard let place = stores.firstIndex(where: { $0.name == store }) else { throw UnknownNode(name: store) }
        return place
    }
}
