import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A change that the hub cannot take")
    struct PoisonStory {
        @Test("is quarantined alone, with its reason, and the rest and everybody else go on")
        func poison() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                // Written past triggers and checks, and noted as captured: a note that is too long, among good rows.
                let poison = try world.shell("north").runWithoutTriggers(
                    """
                    PRAGMA ignore_check_constraints = ON;
                    BEGIN IMMEDIATE;
                    INSERT INTO head(id, lines) VALUES ('good-1', 0);
                    INSERT INTO head(id, lines) VALUES ('good-2', 1);
                    INSERT INTO line(head_id, number, note) VALUES ('good-2', 1, replace(hex(zeroblob(2000)), '00', 'xx'));
                    \(Self.capture(table: 2, keys: ["'good-1'"]))
                    \(Self.capture(table: 2, keys: ["'good-2'"]))
                    \(Self.capture(table: 3, keys: ["'good-2'", "1"]))
                    COMMIT;
                    """
                )
                #expect(poison.status == 0, "\(poison.errors)")
                try world.till("north").write("INSERT INTO head(id, lines) VALUES ('good-3', 0)")
                try world.till("south").write("INSERT INTO head(id, lines) VALUES ('south', 0)")
                try world.expectAgreement()
                let heads = ["good-1", "good-2", "good-3", "south"].map { [Value($0)] }
                try world.expectSame("SELECT id FROM head ORDER BY id", heads)
                try world.expectSame("SELECT count(*) FROM line", [[0]])
                for node in ["hub", "north"] {
                    let kept = try world.till(node).rows(
                        "SELECT store, \"table\", \"key\", reason FROM linli_quarantine"
                    )
                    #expect(kept.count == 1, "at \(node)")
                    #expect(
                        kept.first?.prefix(3) == [Value("north"), Value("line"), Value("[\"good-2\",1]")],
                        "at \(node)"
                    )
                }
                try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["south"], [[0]])
            }
        }

        @Test("because the row is another store's is refused, and the writer's replica is put right")
        func notTheirs() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try world.till("hub").write("INSERT INTO product(sku, name) VALUES ('tea', 'green tea')")
                try world.network.settle()
                // Only the hub writes products: the trigger refuses, and past it the hub does.
                let product = "UPDATE product SET name = 'mine' WHERE sku = 'tea'"
                #expect(try world.till("north").refusal(of: product)?.contains("linli: not yours: product") == true)
                let written = try world.shell("north").runWithoutTriggers(
                    "BEGIN IMMEDIATE; \(product); \(Self.capture(table: 2, mask: 0b1, keys: ["'tea'"])) COMMIT;"
                )
                #expect(written.status == 0, "\(written.errors)")
                try world.expectAgreement()
                try world.expectSame("SELECT name FROM product", [[Value("green tea")]])
                #expect(
                    try world.till("hub").number("SELECT count(*) FROM linli_quarantine WHERE store = 'north'") == 1
                )
            }
        }

        /// What an insert trigger notes.
        private static func capture(table: Int, keys: [String]) -> String {
            capture(table: table, mask: -1, keys: keys)
        }

        private static func capture(table: Int, mask: Int64, keys: [String]) -> String {
            let columns = keys.indices.map { "k\($0)" }.joined(separator: ", ")
            return """
                INSERT INTO linli_capture(tbl, mask, at, \(columns)) VALUES (\(table), \(mask), \
                CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), \(keys.joined(separator: ", ")));
                """
        }
    }
}
