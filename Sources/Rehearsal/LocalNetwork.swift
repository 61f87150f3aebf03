import Foundation
import NIOCore
import NIOPosix

/// A hub and its stores on this machine: real daemons of this binary, each with a directory of its own below one, and
/// for each store a link that can be cut.
public final class LocalNetwork {
    public let directory: String
    private let binary: String
    private let group: any EventLoopGroup
    private var hub: ChildDaemon?
    private var hubPort = 0
    private var stores: [(name: String, daemon: ChildDaemon?, link: LinkProxy)] = []

    public init(binary: String, directory: String) {
        self.binary = binary
        self.directory = directory
        group = .singletonMultiThreadedEventLoopGroup
    }

    public var storeNames: [String] { stores.map { $0.name } }

    /// The data directory of a node: `hub`, or a store's name.
    public func data(_ node: String) -> String { directory + "/" + node }

    /// The replica of a node, for any SQLite client.
    public func replica(_ node: String) -> String { data(node) + "/linli.db" }

    /// Makes the hub and starts it.
    ///
    /// - Parameter schema: a schema document's file; nil for the built-in one.
    public func startHub(schema: String? = nil) async throws {
        hubPort = try Self.freePort()
        var arguments = [
            "hub", "init", "--data", data("hub"), "--name", "demo", "--address", "127.0.0.1:\(hubPort)",
        ]
        if let schema { arguments += ["--schema", schema] }
        try ChildDaemon.run(binary: binary, arguments)
        try await runHub()
    }

    public func runHub() async throws {
        let daemon = try ChildDaemon(
            binary: binary,
            ["hub", "run", "--data", data("hub"), "--listen", "127.0.0.1:\(hubPort)", "--http", "127.0.0.1:0"],
            log: directory + "/hub.log")
        hub = daemon
        _ = try await daemon.says("listening on")
    }

    /// Invites, joins and starts one store.
    public func startStore(_ name: String, region: String) async throws {
        let token = try ChildDaemon.run(
            binary: binary, ["hub", "invite", name, "--region", region, "--data", data("hub")])
        let link = try await LinkProxy.start(to: hubPort, group: group)
        try ChildDaemon.run(
            binary: binary, ["store", "join", token, "--data", data(name), "--hub", "127.0.0.1:\(link.port)"])
        stores.append((name, nil, link))
        try await runStore(name)
    }

    public func runStore(_ name: String) async throws {
        guard let place = stores.firstIndex(where: { $0.name == name }) else { return }
        let daemon = try ChildDaemon(
            binary: binary,
            [
                "store", "run", "--data", data(name), "--hub", "127.0.0.1:\(stores[place].link.port)", "--http",
                "127.0.0.1:0",
            ],
            log: directory + "/\(name).log")
        stores[place].daemon = daemon
        _ = try await daemon.says("started")
    }

    public func cut(_ store: String) { link(store)?.cut() }

    public func heal(_ store: String) { link(store)?.heal() }

    /// Waits until everything written at every store is acknowledged, and every store has caught up.
    public func settle(seconds: Int = 60) throws {
        // Twice: what a late store sent up reaches the others with the second.
        for _ in 0..<2 {
            for store in storeNames {
                try ChildDaemon.run(binary: binary, ["wait", "--data", data(store), "--timeout", "\(seconds)s"])
            }
        }
    }

    /// The digest of a store's scope at the store and at the hub.
    public func digests(_ store: String) throws -> (store: String, hub: String) {
        (
            try ChildDaemon.run(binary: binary, ["digest", "--data", data(store), "--json"]),
            try ChildDaemon.run(binary: binary, ["digest", "--data", data("hub"), "--scope", store, "--json"])
        )
    }

    public func stop() async throws {
        for store in stores {
            store.daemon?.stop()
            try await store.link.stop()
        }
        hub?.stop()
    }

    /// The process ids of all daemons, the hub's first.
    public var identifiers: [Int32] {
        [hub?.identifier].compactMap { $0 } + stores.compactMap { $0.daemon?.identifier }
    }

    private func link(_ store: String) -> LinkProxy? { stores.first { $0.name == store }?.link }

    private static func freePort() throws -> Int {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(socket, generic, length) == 0 ? getsockname(socket, generic, &length) : -1
            }
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
