import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("What was written at a hub that is lost")
    struct AdoptionStory {
        @Test("since its last backup comes back from the stores that have it, and deleted rows stay deleted")
        func hubsOwn() async throws {
            try await World.run(stores: ["north", "south", "west"], schema: Schemas.rules) { world in
                let hub = try world.till("hub")
                try hub.write("INSERT INTO thing(id, said, sum) VALUES ('old', 'before', 0), ('dead', 'x', 0)")
                try world.network.settle()
                let backup = world.network.directory + "/hub.backup"
                _ = try world.network.command("hub", "backup", backup, on: "hub")

                // West hears nothing of what follows; south not of the last of it.
                try world.cut("west")
                try hub.write([
                    ("UPDATE thing SET said = 'after' WHERE id = 'old'", []),
                    ("DELETE FROM thing WHERE id = 'dead'", []),
                    ("INSERT INTO thing(id, said, begun, sum) VALUES ('new', 'list', 77, 0)", []),
                    ("INSERT INTO fact(id, by) VALUES ('hub-1', 'hub')", []),
                    ("INSERT INTO head(id, lines) VALUES ('h', 1)", []),
                    ("INSERT INTO line(head_id, number, note) VALUES ('h', 1, 'first')", []),
                ])
                try world.network.settle(["north", "south"])
                try world.cut("south")
                try hub.write("UPDATE thing SET said = 'latest' WHERE id = 'new'")
                // North writes to what the hub made, before the hub is lost and while it is away.
                try world.till("north").write("UPDATE thing SET sum = sum + 5 WHERE id = 'new'")
                try world.network.settle(["north"])
                try world.kill("hub")
                try world.till("north").write("UPDATE thing SET sum = sum + 2 WHERE id = 'new'")
                try world.till("north").write("UPDATE line SET note = 'second' WHERE head_id = 'h'")

                try await world.replaceHubDisk(from: backup)
                for store in ["south", "west"] { try world.heal(store) }
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT id, said, begun, sum FROM thing ORDER BY id",
                    [[Value("new"), Value("latest"), 77, 7], [Value("old"), Value("after"), .null, 0]]
                )
                try world.expectSame("SELECT id FROM fact", [[Value("hub-1")]])
                try world.expectSame("SELECT note FROM line", [[Value("second")]])
                try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["hub"], [[0]])
                try world.expectSame("SELECT count(*) FROM linli_conflict", at: ["hub"], [[0]])
                _ = try world.network.command("hub", "audit", on: "hub")
            }
        }

        @Test("is made again with its effects: an order taken at the hub still has its unit, and one only")
        func orders() async throws {
            try await World.run(stores: ["north"], schema: Schemas.shelf) { world in
                try world.till("north").write("INSERT INTO shelf VALUES ('north', 'cake', 10)")
                try world.till("north").write(
                    """
                    INSERT INTO linli_grant("table", "key", "column", "to", units)
                    VALUES ('shelf', json_array('north', 'cake'), 'available', 'hub', 6)
                    """
                )
                try world.network.settle()
                let backup = world.network.directory + "/hub.backup"
                _ = try world.network.command("hub", "backup", backup, on: "hub")
                let promise = "INSERT INTO promise(id, store_id, sku, units) VALUES (?, 'north', 'cake', 2)"
                try world.till("hub").write(promise, Value("at the hub"))
                try world.till("north").write(promise, Value("at the store"))
                try world.network.settle()
                try world.kill("hub")
                try await world.replaceHubDisk(from: backup)
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT id FROM promise ORDER BY id",
                    [[Value("at the hub")], [Value("at the store")]]
                )
                try world.expectSame("SELECT available FROM shelf", [[6]])
                try world.expectSame(
                    "SELECT node, units FROM linli_rights WHERE units > 0 ORDER BY node",
                    [[Value("hub"), 4], [Value("north"), 2]]
                )
                try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["hub"], [[0]])
            }
        }
    }
}
