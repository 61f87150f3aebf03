import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A transaction of many tables")
    struct AtomicStory {
        /// Heads whose lines are not all there, or not all of one write.
        private static let torn = """
            SELECT count(*) FROM head h WHERE h.lines <> (SELECT count(*) FROM line l WHERE l.head_id = h.id) \
            OR (SELECT count(DISTINCT note) FROM line l WHERE l.head_id = h.id) > 1
            """

        @Test("becomes visible at the hub and at another store all at once, though the link is cut at any byte")
        func allAtOnce() async throws {
            var chance = Chance("transactions and cuts")
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                let watches = try ["hub", "south"].map { try TornWatch(world, node: $0, query: Self.torn) }
                let writer = try PythonClient(
                    Self.writer,
                    replica: world.network.replica("north"),
                    ledger: "\(world.network.directory)/writer.txt"
                )
                for round in 0..<40 {
                    let store = round % 2 == 0 ? "north" : "south"
                    let link = try world.network.link(store)
                    let direction: LinkProxy.Direction = Bool.random(using: &chance) ? .up : .down
                    link.cut(after: Int.random(in: 0...12_000, using: &chance), direction)
                    let deadline = ContinuousClock.now + .milliseconds(400)
                    while !link.isCut, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(2)) }
                    link.heal()
                }
                let written = try writer.stop()
                try world.expectAgreement()
                #expect(!written.isEmpty)
                try world.expectSame("SELECT count(*) FROM head", [[.integer(Int64(written.count))]])
                for watch in watches { try watch.end() }
            }
        }

        /// New heads with their lines, and at times all lines of an old one anew.
        private static let writer = """
            till = connect()
            number = 0
            while not stopping():
                number += 1
                lines = number % 7 + 1
                till.execute("BEGIN IMMEDIATE")
                till.execute("INSERT INTO head(id, lines) VALUES (?, ?)", (str(number), lines))
                for line in range(lines):
                    till.execute("INSERT INTO line(head_id, number, note) VALUES (?, ?, ?)", (str(number), line, "n" * 200))
                old = str(number // 2)
                till.execute("UPDATE line SET note = ? WHERE head_id = ?", (f"changed {number}", old))
                till.execute("COMMIT")
                say(number)
                time.sleep(0.005)

            """
    }
}

/// Looks for torn transactions at one node, from another process.
private final class TornWatch {
    private let client: PythonClient

    init(_ world: World, node: String, query: String) throws {
        client = try PythonClient(
            """
            till = connect()
            looks = 0
            while not stopping():
                torn = till.execute('''\(query)''').fetchone()[0]
                looks += 1
                if torn: say("torn", torn)
                time.sleep(0.002)
            say("looks", looks)
            """,
            replica: world.network.replica(node),
            ledger: "\(world.network.directory)/torn-\(node).txt"
        )
    }

    func end() throws {
        let lines = try client.stop()
        #expect(lines.filter { $0.hasPrefix("torn") } == [])
        #expect(lines.last?.hasPrefix("looks ") == true)
    }
}
