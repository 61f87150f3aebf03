import ChangeLog
import Foundation
import Rehearsal
import Testing

/// A hub and stores as real processes, the tills at them, and what a story does with them.
///
///     try await World.run(stores: ["north", "south"]) { world in
///         try world.till("north").write("…")
///         try world.cut("north")
///         …
///         try world.heal("north")
///         try await world.expectAgreement()
///     }
final class World {
    let network: LocalNetwork
    /// Between nodes that have hosts of their own.
    let lines: HostLines?
    private var tills: [String: Till] = [:]
    private var disks: [String: SmallDisk] = [:]
    /// Links that the story itself holds cut.
    private var cuts: Set<String> = []
    /// Kills and cuts besides, in the middle of commands; nil in a calm story.
    private(set) var trouble: Trouble?

    private init(_ network: LocalNetwork, lines: HostLines?) {
        self.network = network
        self.lines = lines
    }

    /// Runs a story, and ends every process that it started. The directory of a story that failed stays, with the
    /// daemons' logs; its path is in the failure.
    ///
    /// - Parameters:
    ///   - disks: nodes whose data lie on a disk of their own, with its size in MiB.
    ///   - onHosts: each node lives on a host of its own; what lies between them is `lines`.
    ///   - weather: stormy: with kills and cuts in the middle of its commands (`Trouble`).
    static func run(
        stores: [String],
        region: String = "town",
        schema: String? = nil,
        disks: [String: Int] = [:],
        onHosts: Bool = false,
        in weather: Weather = .calm,
        _ story: (World) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        var schemaFile: String?
        if let schema {
            schemaFile = directory.path + "/schema.yaml"
            try Data(schema.utf8).write(to: URL(fileURLWithPath: directory.path + "/schema.yaml"))
        }
        let network = LocalNetwork(binary: try Binary.path(), directory: directory.path)
        let world = World(network, lines: onHosts ? try HostLines(stores: stores) : nil)
        network.hosts = world.lines?.hosts ?? [:]
        if weather == .stormy { world.trouble = Trouble(world, Test.current?.name ?? "a story") }
        do {
            for (node, mebibytes) in disks {
                world.disks[node] = try SmallDisk(at: network.data(node), mebibytes: mebibytes)
            }
            try await world.network.startHub(schema: schemaFile)
            for store in stores { try await world.network.startStore(store, region: region) }
            try await story(world)
            if let trouble = world.trouble { print("struck: \(trouble.report)") }
        } catch {
            Issue.record(error, "the nodes and their logs are in \(directory.path)")
            directory.keep()
        }
        world.closeTills()
        try await world.network.stop()
        for disk in world.disks.values { try disk.unmount() }
        try world.lines?.remove()
    }

    var stores: [String] { network.storeNames }
    var nodes: [String] { ["hub"] + stores }

    /// The one till of this process at a node.
    func till(_ node: String) throws -> Till {
        if let till = tills[node] { return till }
        let till = try Till(node: node, replica: network.replica(node))
        tills[node] = till
        return till
    }

    /// The till at a node whose replica was replaced: what was open is the old file.
    func reopenTill(_ node: String) throws { try tills.removeValue(forKey: node)?.close() }

    /// The hub, which does not run, loses its disk and begins again with a backup of it.
    func replaceHubDisk(from backup: String) async throws {
        try reopenTill("hub")
        try FileManager.default.removeItem(atPath: network.data("hub"))
        _ = try network.command("hub", "restore", backup, on: "hub")
        try await start("hub")
    }

    /// Another SQLite client, in a process of its own.
    func shell(_ node: String) -> SQLiteShell { SQLiteShell(replica: network.replica(node)) }

    // MARK: Weather

    func cut(_ store: String) throws {
        cuts.insert(store)
        try network.link(store).cut()
    }

    func heal(_ store: String) throws {
        cuts.remove(store)
        try network.link(store).heal()
    }

    /// The story itself holds the link cut.
    func isCut(_ store: String) -> Bool { cuts.contains(store) }

    func kill(_ node: String) throws { try network.daemon(node).kill() }

    func pause(_ node: String) throws { try network.daemon(node).pause() }

    func resume(_ node: String) throws { try network.daemon(node).resume() }

    func start(_ node: String) async throws { try await network.run(node) }

    /// Another machine that runs as a store, from a directory of its own; nobody else ends it.
    func impostor(data: String) throws -> ChildDaemon {
        try ChildDaemon(
            binary: network.binary,
            ["store", "run", "--data", data, "--hub", "127.0.0.1:\(network.hubPort)", "--http", "127.0.0.1:0"],
            log: data + ".log",
            directory: data
        )
    }

    func restart(_ node: String) async throws {
        try kill(node)
        try await start(node)
    }

    /// The disk of a node that has one of its own.
    func disk(_ node: String) throws -> SmallDisk { try #require(disks[node], "\(node) has no disk of its own") }

    /// What a node says of itself.
    func status(_ node: String) throws -> [String: Any] {
        let text = try network.command("status", "--json", on: node)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    // MARK: The end

    /// Everything written everywhere is everywhere it belongs, and the digests say so.
    func expectAgreement(
        _ names: [String]? = nil,
        seconds: Int = 60,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try network.settle(names, seconds: seconds)
        for store in names ?? stores {
            let digests = try network.digests(store)
            #expect(
                digests.store == digests.hub,
                "\(store) and the hub differ; see \(network.directory)",
                sourceLocation: sourceLocation
            )
            #expect(digests.store.contains("\"digest\""), sourceLocation: sourceLocation)
        }
    }

    /// Rows of one query at every node named, which are to be the same.
    func expectSame(
        _ query: String,
        at names: [String]? = nil,
        _ expected: [[Value]]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let first = try expected ?? till("hub").rows(query)
        for name in names ?? nodes {
            let found = try till(name).rows(query)
            #expect(found == first, "at \(name): \(query)", sourceLocation: sourceLocation)
        }
    }

    /// The files under a till are about to be replaced.
    func closeTill(_ node: String) {
        do { try tills.removeValue(forKey: node)?.close() } catch { Issue.record(error) }
    }

    private func closeTills() {
        for till in tills.values {
            do { try till.close() } catch { Issue.record(error) }
        }
        tills = [:]
    }
}

/// The built binary: the one that `LINLI_BINARY` names, or the one that stands beside the tests.
enum Binary {
    struct Missing: Error, CustomStringConvertible {
        let description = "there is no linli binary beside the tests; set LINLI_BINARY, or run `swift build` first"
    }

    static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["LINLI_BINARY"] { return named }
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/linli"
        guard FileManager.default.isExecutableFile(atPath: beside) else { throw Missing() }
        return beside
    }
}

/// A directory that goes with its story.
final class TemporaryDirectory {
    let path: String
    private var isKept = false

    init() throws {
        let parent = FileManager.default.temporaryDirectory
        path = parent.appendingPathComponent("linli-story-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    func keep() { isKept = true }

    deinit {
        guard !isKept else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }
}
