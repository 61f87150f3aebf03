import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A schema version rolled out while stores are away")
    struct SchemaStory {
        private static let first = """
            schema: corner
            version: 1
            currency: CNY
            tables:
              item:
                scope: {store: store_id}
                writer: any
                key: [store_id, sku]
                columns:
                  store_id: {type: text}
                  sku: {type: text}
                  note: {type: text}
                  on_hand: {type: integer, merge: counter}
              product:
                scope: network
                writer: hub
                key: [sku]
                columns:
                  sku: {type: text}
                  name: {type: text}
            """

        /// A table, columns of every kind, a view and an effect more; and everything in another order.
        private static let second = """
            schema: corner
            version: 2
            currency: CNY
            tables:
              tag:
                scope: {store: store_id}
                writer: any
                key: [store_id, sku, tag]
                columns:
                  store_id: {type: text}
                  sku: {type: text}
                  tag: {type: text}
                effects:
                  insert: "UPDATE item SET tags = tags + 1 WHERE store_id = NEW.store_id AND sku = NEW.sku"
              product:
                scope: network
                writer: hub
                key: [sku]
                columns:
                  unit: {type: text, default: "piece"}
                  name: {type: text}
                  sku: {type: text}
              item:
                scope: {store: store_id}
                writer: any
                key: [store_id, sku]
                columns:
                  tags: {type: integer, merge: counter}
                  note: {type: text}
                  store_id: {type: text}
                  sku: {type: text}
                  on_hand: {type: integer, merge: counter}
                  available: {type: integer, merge: escrow, floor: 0}
            views:
              tagged: "SELECT sku, tags FROM item WHERE tags > 0"
            """

        private static var third: String {
            second.replacingOccurrences(of: "version: 2", with: "version: 3")
                .replacingOccurrences(
                    of: "tables:\n",
                    with: "tables:\n  aisle:\n    scope: network\n    writer: hub\n"
                        + "    key: [number]\n    columns: {number: {type: integer}, name: {type: text}}\n"
                )
        }

        private func apply(_ document: String, _ world: World, _ name: String) throws -> String {
            let file = world.network.directory + "/\(name).yaml"
            try Data(document.utf8).write(to: URL(fileURLWithPath: file))
            return try world.network.command("hub", "schema", "apply", file, on: "hub")
        }

        @Test("reaches those that are there at once, and what the others sold under the old one lands under it")
        func rollOut() async throws {
            try await World.run(stores: ["north", "south"], schema: Self.first) { world in
                try world.till("hub").write("INSERT INTO product VALUES ('tea', 'Tea')")
                for store in ["north", "south"] {
                    try world.till(store).write("INSERT INTO item VALUES ('\(store)', 'tea', 'shelf', 10)")
                }
                try world.network.settle()
                try world.cut("south")

                let said = try apply(Self.second, world, "second")
                #expect(said.contains("corner is at version 2"), "\(said)")
                try await eventually("the store that is there has it") {
                    (try world.status("north")["schema"] as? [String: Any])?["version"] as? Int == 2
                }
                // A till that was open before goes on, with the old columns and the new.
                try world.till("north").write("UPDATE item SET on_hand = on_hand - 1 WHERE sku = 'tea'")
                try world.till("north").write("UPDATE item SET available = available + 5 WHERE sku = 'tea'")
                try world.till("north").write("INSERT INTO tag VALUES ('north', 'tea', 'hot')")
                // The other one sells under the version that it has.
                try world.till("south").write("UPDATE item SET on_hand = on_hand - 3, note = 'sold' WHERE sku = 'tea'")
                try world.till("south").write("INSERT INTO item VALUES ('south', 'milk', NULL, 4)")
                try world.till("hub").write("UPDATE product SET unit = 'bag'")

                // A second version while it is away, and a store that joins after it.
                #expect(try apply(Self.third, world, "third").contains("version 3"))
                try await world.network.startStore("west", region: "town")
                try world.till("hub").write("INSERT INTO aisle VALUES (1, 'drinks')")
                try world.heal("south")
                try world.expectAgreement(["north", "south", "west"])
                for node in ["hub", "north", "south", "west"] {
                    let schema = try world.status(node)["schema"] as? [String: Any]
                    #expect(schema?["version"] as? Int == 3, "\(node)")
                }
                try world.expectSame("SELECT sku, name, unit FROM product", at: ["hub", "north", "south", "west"])
                let rows = try world.till("hub").rows(
                    "SELECT store_id, sku, note, on_hand, available, tags FROM item ORDER BY store_id, sku"
                )
                #expect(
                    rows == [
                        [Value("north"), Value("tea"), Value("shelf"), 9, 5, 1],
                        [Value("south"), Value("milk"), .null, 4, 0, 0],
                        [Value("south"), Value("tea"), Value("sold"), 7, 0, 0],
                    ]
                )
                // New columns of rows that were there before work at the store that was away, rights included.
                try world.till("south").write("UPDATE item SET available = available + 2, tags = tags + 1")
                try world.till("south").write("UPDATE item SET available = available - 1 WHERE sku = 'milk'")
                try world.expectAgreement(["south"])
                try world.expectSame(
                    "SELECT sku, available, tags FROM item WHERE store_id = 'south' ORDER BY sku",
                    at: ["hub", "south"],
                    [[Value("milk"), 1, 1], [Value("tea"), 2, 1]]
                )
            }
        }

        @Test("is refused with the reason and the way round when it does more than add, and nothing has changed")
        func refusals() async throws {
            try await World.run(stores: [], schema: Self.first) { world in
                let cases = [
                    (Self.first, "version 1 is what the network has"),
                    (
                        Self.second.replacingOccurrences(of: "version: 2", with: "version: 3"),
                        "version 3 does not follow version 1"
                    ),
                    (
                        Self.second.replacingOccurrences(of: "name: {type: text}", with: "name: {type: integer}"),
                        "name"
                    ),
                    ("schema: corner\nversion: 2\ntables: {", "line"),
                ]
                for (isRunning, (document, reason)) in cases.flatMap({ [(true, $0), (false, $0)] }) {
                    if !isRunning { try world.network.daemon("hub").stop() }
                    let file = world.network.directory + "/bad.yaml"
                    try Data(document.utf8).write(to: URL(fileURLWithPath: file))
                    let run = try CommandRun(
                        world.network.binary,
                        ["hub", "schema", "apply", file, "--data", world.network.data("hub")]
                    )
                    #expect(run.status == 2 && run.errors.contains(reason), "\(reason): \(run.status) \(run.errors)")
                    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
                    if !isRunning { try await world.start("hub") }
                }
                let schema = try world.status("hub")["schema"] as? [String: Any]
                #expect(schema?["version"] as? Int == 1)
                let missing = try CommandRun(
                    world.network.binary,
                    ["hub", "schema", "apply", "/no/such.yaml", "--data", world.network.data("hub")]
                )
                #expect(missing.status == 2)
                // At rest it is taken too.
                try world.network.daemon("hub").stop()
                #expect(try apply(Self.second, world, "second").contains("version 2"))
                try await world.start("hub")
                #expect((try world.status("hub")["schema"] as? [String: Any])?["version"] as? Int == 2)
            }
        }
    }
}
