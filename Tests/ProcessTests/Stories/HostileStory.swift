import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A hostile store")
    struct HostileStory {
        /// Prices are the hub's, baskets their store's; `checked` is the hub's column of a store's row, and a shipment is
        /// made at the hub and moved by nobody else.
        private static let schema = """
            schema: trust
            version: 1
            currency: CNY
            tables:
              price:
                scope: network
                writer: hub
                key: [sku]
                columns:
                  sku:   {type: text}
                  cents: {type: integer}
              basket:
                scope: {store: store_id}
                writer: any
                key: [id]
                columns:
                  id:       {type: id}
                  store_id: {type: text}
                  note:     {type: text}
                  checked:  {type: integer, writer: hub}
              basket_line:
                scope: {parent: basket, by: basket_id}
                writer: any
                key: [basket_id, line]
                columns:
                  basket_id: {type: text}
                  line:      {type: integer}
                  quantity:  {type: integer, check: "quantity > 0"}
              shipment:
                scope: {store: store_id}
                writer: hub
                key: [id]
                columns:
                  id:       {type: id}
                  store_id: {type: text}
                  taken:    {type: integer, writer: any}
            """

        /// Writes past the triggers, and what the triggers would have noted.
        private static let attack = """
            BEGIN IMMEDIATE;
            UPDATE price SET cents = 1 WHERE sku = 'tea';
            \(captured(0, mask: 1, "'tea'"))
            INSERT INTO price(sku, cents) VALUES ('free', 0);
            \(captured(0, mask: -1, "'free'"))
            DELETE FROM price WHERE sku = 'rice';
            \(captured(0, mask: -2, "'rice'"))
            UPDATE basket SET checked = 1, note = 'paid' WHERE id = 'n1';
            \(captured(1, mask: 0b110, "'n1'"))
            INSERT INTO basket(id, store_id, note) VALUES ('s1', 'north', 'mine now');
            \(captured(1, mask: -1, "'s1'"))
            INSERT INTO basket_line VALUES ('s1', 1, 5);
            \(captured(2, mask: -1, "'s1'", "1"))
            INSERT INTO basket(id, store_id, note) VALUES ('s2', 'south', 'a gift');
            \(captured(1, mask: -1, "'s2'"))
            INSERT INTO basket_line VALUES ('s2', 1, 5);
            \(captured(2, mask: -1, "'s2'", "1"))
            UPDATE shipment SET store_id = 'south', taken = 1 WHERE id = 'h1';
            \(captured(3, mask: 0b11, "'h1'"))
            INSERT INTO basket(id, store_id, note) VALUES ('n2', 'north', 'honest');
            \(captured(1, mask: -1, "'n2'"))
            UPDATE basket SET note = 'honest too' WHERE id = 'n3';
            \(captured(1, mask: 0b10, "'n3'"))
            COMMIT;
            """

        /// In the words of the quarantine, in the order in which it was tried.
        private static let refused: [[Value]] = [
            ["price", "[\"tea\"]", "not yours: cents"], ["price", "[\"free\"]", "not yours"],
            ["price", "[\"rice\"]", "not yours"], ["basket", "[\"n1\"]", "not yours: checked"],
            ["basket", "[\"s1\"]", "key"], ["basket_line", "[\"s1\",1]", "dependant"],
            ["basket", "[\"s2\"]", "not yours"], ["basket_line", "[\"s2\",1]", "dependant"],
            ["shipment", "[\"h1\"]", "not yours: store_id"],
        ].map { $0.map { Value($0) } }

        @Test(
            "is refused by its own triggers, and past them by the hub; what is honest stands, and its replica is put right"
        )
        func attack() async throws {
            try await World.run(stores: ["north", "south"], schema: Self.schema) { world in
                try Self.open(world)
                try Self.tryHonestly(world.till("north"))
                let attack = try world.shell("north").runWithoutTriggers(Self.attack)
                #expect(attack.status == 0, "\(attack.errors)")
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT sku, cents FROM price ORDER BY sku",
                    [[Value("rice"), 800], [Value("tea"), 1_200]]
                )
                let north = [["n1", "paid"], ["n2", "honest"], ["n3", "honest too"]].map { $0.map { Value($0) } }
                let baskets = "SELECT id, coalesce(note, '') FROM basket WHERE store_id = 'north' ORDER BY id"
                try world.expectSame(baskets, at: ["hub", "north"], north)
                try world.expectSame("SELECT id FROM basket", at: ["south"], [[Value("s1")]])
                try world.expectSame("SELECT count(*) FROM basket_line", [[0]])
                try world.expectSame(
                    "SELECT id, store_id, taken FROM shipment",
                    at: ["hub", "north"],
                    [[Value("h1"), Value("north"), 1]]
                )
                for node in ["hub", "north"] {
                    let kept = "SELECT \"table\", \"key\", reason FROM linli_quarantine ORDER BY id"
                    try world.expectSame(kept, at: [node], Self.refused)
                }
                try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["south"], [[0]])
            }
        }

        @Test("has its changes settled by an operator, and both ends see how, when and by whom")
        func settled() async throws {
            try await World.run(stores: ["north", "south"], schema: Self.schema) { world in
                try Self.open(world)
                _ = try world.shell("north").runWithoutTriggers(Self.attack)
                try world.network.settle()
                func settle(_ words: String...) throws -> CommandRun {
                    try CommandRun(
                        world.network.binary,
                        ["quarantine", "settle"] + words + ["--data", world.network.data("hub")]
                    )
                }
                let shown = try world.network.command("quarantine", "show", "7", on: "hub")
                #expect(shown.contains("a gift") && shown.contains("8, rests on line 7"), "\(shown)")
                #expect(try settle("7", "--accept", "--by", "li").output == "accepted: lines 7, 8")
                #expect(try settle("7", "--accept", "--by", "li").output == "line 7 was accepted already")
                #expect(try settle("1", "--discard", "--by", "wang").output == "discarded: line 1")
                for (words, status, said) in [
                    (["5", "--accept"], 1, "row of this key"), (["6", "--accept"], 1, "rests on line 5"),
                    (["1", "--accept"], 1, "discarded by wang"), (["99", "--discard"], 2, "no line 99"),
                    (["2"], 2, "--accept or --discard"),
                ] as [([String], Int32, String)] {
                    let run = try CommandRun(
                        world.network.binary,
                        ["quarantine", "settle"] + words + ["--data", world.network.data("hub")]
                    )
                    #expect(run.status == status && run.errors.contains(said), "\(words): \(run.errors)")
                    #expect(!run.errors.contains("\n"))
                }
                let atStore = try CommandRun(
                    world.network.binary,
                    ["quarantine", "settle", "2", "--discard", "--data", world.network.data("north")]
                )
                #expect(atStore.status == 2 && atStore.errors.contains("name the hub's directory"))

                // The daemon may be stopped.
                try world.network.daemon("hub").stop()
                #expect(try settle("2", "--accept", "--by", "li").output == "accepted: line 2")
                try await world.start("hub")
                try world.expectAgreement()
                try world.expectSame("SELECT cents FROM price WHERE sku = 'free'", [[0]])
                try world.expectSame(
                    "SELECT b.id, l.quantity FROM basket b JOIN basket_line l ON l.basket_id = b.id",
                    at: ["hub", "south"],
                    [[Value("s2"), 5]]
                )
                for node in ["hub", "north"] {
                    let lines = try Self.list(node, in: world)
                    #expect(lines.count == 9)
                    let settled = lines.filter { $0["settled_how"] is String }
                    #expect(settled.map { $0["id"] as? Int } == [1, 2, 7, 8])
                    #expect(
                        settled.map { $0["settled_how"] as? String } == [
                            "discarded", "accepted", "accepted", "accepted",
                        ]
                    )
                    #expect(settled.map { $0["settled_by"] as? String } == ["wang", "li", "li", "li"])
                    #expect(settled.allSatisfy { $0["settled_at"] is Int })
                    #expect(try world.status(node)["quarantine"] as? Int == 5)
                }
            }
        }

        /// What everybody begins with.
        private static func open(_ world: World) throws {
            try world.till("hub").write("INSERT INTO price VALUES ('tea', 1200), ('rice', 800)")
            try world.till("hub").write("INSERT INTO shipment(id, store_id) VALUES ('h1', 'north')")
            try world.till("north").write("INSERT INTO basket(id, store_id) VALUES ('n1', 'north'), ('n3', 'north')")
            try world.till("south").write("INSERT INTO basket(id, store_id) VALUES ('s1', 'south')")
            try world.network.settle()
        }

        /// The same, by an application that does not mean to: each statement fails, in the same words.
        private static func tryHonestly(_ till: Till) throws {
            for (statement, words) in [
                ("UPDATE price SET cents = 1 WHERE sku = 'tea'", "linli: not yours: price"),
                ("INSERT INTO price(sku, cents) VALUES ('free', 0)", "linli: not yours: price"),
                ("DELETE FROM price WHERE sku = 'rice'", "linli: not yours: price"),
                ("UPDATE basket SET checked = 1 WHERE id = 'n1'", "linli: not yours: basket.checked"),
                ("INSERT INTO basket(id, store_id) VALUES ('s2', 'south')", "linli: not yours: basket"),
                ("UPDATE shipment SET store_id = 'south' WHERE id = 'h1'", "linli: not yours: shipment.store_id"),
            ] {
                #expect(try till.refusal(of: statement)?.contains(words) == true, "\(statement)")
            }
        }

        private static func captured(_ table: Int, mask: Int, _ keys: String...) -> String {
            let columns = keys.indices.map { "k\($0)" }.joined(separator: ", ")
            return """
                INSERT INTO linli_capture(tbl, mask, at, \(columns)) VALUES (\(table), \(mask), \
                CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), \(keys.joined(separator: ", ")));
                """
        }

        private static func list(_ node: String, in world: World) throws -> [[String: Any]] {
            let text = try world.network.command("quarantine", "--all", "--json", on: node)
            return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        }
    }
}
