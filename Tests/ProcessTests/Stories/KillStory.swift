import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Daemons that are killed under load")
    struct KillStory {
        /// A hundred, or what `LINLI_KILLS` says.
        private static let kills = Storm.kills ?? 100

        @Test("lose nothing that was committed, and do nothing twice")
        func killed() async throws {
            var chance = Chance("\(Self.kills) kills")
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                for node in world.nodes {
                    try world.till("hub").write("INSERT INTO thing(id, sum) VALUES (?, 0)", Value(node))
                }
                try world.network.settle()
                let writers = try world.nodes.map { node in
                    try PythonClient(
                        Self.writer,
                        replica: world.network.replica(node),
                        ledger: "\(world.network.directory)/ledger-\(node).txt"
                    )
                }
                for _ in 0..<Self.kills {
                    try await Task.sleep(for: chance.pause(milliseconds: 1...120))
                    let victim = world.nodes.randomElement(using: &chance) ?? "hub"
                    try world.kill(victim)
                    if Bool.random(using: &chance) { try await Task.sleep(for: chance.pause(milliseconds: 1...60)) }
                    try await world.start(victim)
                }
                let ledgers = try writers.map { try $0.stop() }
                try world.expectAgreement()
                for (node, ledger) in zip(world.nodes, ledgers) {
                    #expect(!ledger.isEmpty, "\(node)'s writer wrote nothing")
                    for place in world.nodes {
                        let there = try world.till(place).rows(
                            "SELECT id FROM fact WHERE by = ? ORDER BY id",
                            Value(node)
                        )
                        #expect(there == ledger.sorted().map { [Value($0)] }, "of \(node), at \(place)")
                    }
                }
                let counts = zip(world.nodes, ledgers).sorted { $0.0 < $1.0 }
                try world.expectSame(
                    "SELECT id, sum FROM thing ORDER BY id",
                    counts.map { [Value($0.0), .integer(Int64($0.1.count))] }
                )
                try world.expectSame("SELECT count(*) FROM linli_quarantine", [[0]])
            }
        }

        /// One fact and one count in each transaction; a line once SQLite said that it is committed.
        private static let writer = """
            till = connect()
            till.execute("PRAGMA synchronous = NORMAL")
            node = till.execute("SELECT node FROM linli_node").fetchone()[0]
            number = 0
            while not stopping():
                number += 1
                fact = f"{node}-{number:06}"
                till.execute("BEGIN IMMEDIATE")
                till.execute("INSERT INTO fact(id, by) VALUES (?, ?)", (fact, node))
                till.execute("UPDATE thing SET sum = sum + 1 WHERE id = ?", (node,))
                till.execute("COMMIT")
                say(fact)
                time.sleep(0.002)

            """

        @Test("go on where they were after a power cut between the commit and the acknowledgement")
        func acknowledgementLost() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                try world.network.settle()
                let link = try world.network.link("north")
                for number in 0..<12 {
                    // Everything goes up; of the answer only some bytes come back.
                    link.cut(after: number * 7, .down)
                    try world.till("north").write("UPDATE thing SET sum = sum + 1 WHERE id = 'count'")
                    let deadline = ContinuousClock.now + .seconds(2)
                    while !link.isCut, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(2)) }
                    if number % 3 == 0 { try await world.restart("hub") }
                    if number % 4 == 0 { try await world.restart("north") }
                    link.heal()
                }
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[12]])
            }
        }
    }
}
