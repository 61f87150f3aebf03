import Rehearsal
import Testing

/// The clients of a trade at all nodes of a world, and those who watch them; at the end all accounts are settled.
final class Traders {
    private let world: World
    private let trade: Trade
    private var account = Account()
    private let clients: [PythonClient]
    private let watches: [SnapshotWatch]

    /// Makes what is traded with, and begins.
    init(_ trade: Trade, _ world: World, using chance: inout Chance) throws {
        self.world = world
        self.trade = trade
        account.read(try trade.open(world))
        try world.network.settle()
        watches = try world.nodes.map { node in
            try SnapshotWatch(world, node: node, broken: trade.broken, growing: trade.growing)
        }
        clients = try world.nodes.map { node in
            try PythonClient(
                trade.program(node, chance.next()),
                replica: world.network.replica(node),
                ledger: "\(world.network.directory)/ledger-\(node).txt"
            )
        }
    }

    /// Waits until the clients at these nodes have committed something more, each.
    func goOn(_ nodes: [String]) async throws {
        let before = try nodes.map { try count("committed", at: $0) }
        for (node, count) in zip(nodes, before) {
            try await eventually("\(node)'s client goes on") { try self.count("committed", at: node) > count + 1 }
        }
    }

    /// How often a node's client said a word so far.
    func count(_ word: String, at node: String) throws -> Int {
        let client = clients[try #require(world.nodes.firstIndex(of: node))]
        return try client.lines().count { $0.hasPrefix(word) }
    }

    /// Ends the clients, waits until everything is everywhere, and sees that everything that was acknowledged is there
    /// exactly once, and nothing else.
    ///
    /// - Returns: the account.
    func settle(sourceLocation: SourceLocation = #_sourceLocation) throws -> Account {
        for (node, client) in zip(world.nodes, clients) {
            let end = try client.end()
            #expect(end.status == 0, "\(node)'s client failed", sourceLocation: sourceLocation)
            #expect(end.lines.contains("committed"), "\(node)'s client did nothing", sourceLocation: sourceLocation)
            account.read(end.lines)
        }
        try world.expectAgreement(seconds: 180, sourceLocation: sourceLocation)
        for watch in watches { try watch.end(sourceLocation: sourceLocation) }
        try account.expect(trade.questions, at: world.till("hub"), sourceLocation: sourceLocation)
        try world.expectSame("SELECT count(*) FROM linli_quarantine", [[0]], sourceLocation: sourceLocation)
        let broken = world.nodes.map { ($0, trade.broken) }
        for (node, query) in broken {
            #expect(try world.till(node).number(query) == 0, "at \(node)", sourceLocation: sourceLocation)
        }
        return account
    }
}
