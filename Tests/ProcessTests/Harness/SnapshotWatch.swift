import Rehearsal
import Testing

/// Looks at a node's replica from a process of its own, snapshot after snapshot, while a story goes on: nothing may be
/// broken in any of them, and what only grows may not go back.
final class SnapshotWatch {
    private let client: PythonClient
    private let node: String

    /// - Parameters:
    ///   - broken: a query for the number of rows that break a law.
    ///   - growing: a query for a number that never falls.
    init(_ world: World, node: String, broken: String, growing: String) throws {
        self.node = node
        client = try PythonClient(
            """
            till = connect()
            looks = last = 0
            while not stopping():
                try:
                    broken, growing = till.execute('''SELECT (\(broken)), (\(growing))''').fetchone()
                except sqlite3.OperationalError as error:
                    say("missed", error)
                    continue
                looks += 1
                if broken: say("broken", broken)
                if growing < last: say("back", last, growing)
                last = growing
                time.sleep(0.01)
            say("looks", looks)
            """,
            replica: world.network.replica(node),
            ledger: "\(world.network.directory)/watch-\(node).txt"
        )
    }

    func end(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let lines = try client.stop()
        let wrong = lines.filter { $0.hasPrefix("broken") || $0.hasPrefix("back") }
        #expect(wrong == [], "at \(node)", sourceLocation: sourceLocation)
        let looks = lines.last?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        #expect(looks > 0, "nothing was seen at \(node)", sourceLocation: sourceLocation)
    }
}
