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
    private var tills: [String: Till] = [:]

    private init(_ network: LocalNetwork) { self.network = network }

    /// Runs a story, and ends every process that it started. The directory of a story that failed stays, with the
    /// daemons' logs; its path is in the failure.
    static func run(
        stores: [String],
        region: String = "town",
        schema: String? = nil,
        _ story: (World) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        var schemaFile: String?
        if let schema {
            schemaFile = directory.path + "/schema.yaml"
            try Data(schema.utf8).write(to: URL(fileURLWithPath: directory.path + "/schema.yaml"))
        }
        let world = World(LocalNetwork(binary: try Binary.path(), directory: directory.path))
        do {
            try await world.network.startHub(schema: schemaFile)
            for store in stores { try await world.network.startStore(store, region: region) }
            try await story(world)
        } catch {
            Issue.record(error, "the nodes and their logs are in \(directory.path)")
            directory.keep()
        }
        world.closeTills()
        try await world.network.stop()
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

    /// Another SQLite client, in a process of its own.
    func shell(_ node: String) -> SQLiteShell { SQLiteShell(replica: network.replica(node)) }

    // MARK: Weather

    func cut(_ store: String) throws { try network.link(store).cut() }

    func heal(_ store: String) throws { try network.link(store).heal() }

    func kill(_ node: String) throws { try network.daemon(node).kill() }

    func start(_ node: String) async throws { try await network.run(node) }

    func restart(_ node: String) async throws {
        try kill(node)
        try await start(node)
    }

    // MARK: The end

    /// Everything written everywhere is everywhere it belongs, and the digests say so.
    func expectAgreement(_ names: [String]? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try network.settle(names)
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
