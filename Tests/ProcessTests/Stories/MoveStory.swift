import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("An order that moves to another store")
    struct MoveStory {
        @Test("takes its lines along, with what the old store wrote while it was cut off")
        func moved() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try world.till("hub").write("INSERT INTO product(sku, name) VALUES ('tea', 'green tea')")
                for store in world.stores {
                    try world.till(store).write(
                        "INSERT INTO stock(store_id, sku, on_hand, available) VALUES (?, 'tea', 50000, 50000)",
                        Value(store)
                    )
                }
                try world.network.settle()
                try world.till("north").write(
                    "INSERT INTO customer_order(id, store_id, note) VALUES ('o', 'north', 'a')"
                )
                try world.till("north").write(
                    "INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('o', 1, 'tea', 1000)"
                )
                try world.network.settle()
                #expect(try world.till("south").number("SELECT count(*) FROM customer_order") == 0)

                try world.cut("north")
                try world.till("hub").write("UPDATE customer_order SET store_id = 'south' WHERE id = 'o'")
                try world.network.settle(["south"])
                #expect(try world.till("south").number("SELECT count(*) FROM order_line WHERE order_id = 'o'") == 1)
                try world.till("north").write("UPDATE customer_order SET note = 'b', ready_at = 5 WHERE id = 'o'")
                try world.till("north").write(
                    "INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('o', 2, 'tea', 2000)"
                )
                try world.heal("north")
                try world.expectAgreement()

                let order = "SELECT id, store_id, note, ready_at FROM customer_order"
                let lines = "SELECT order_id, line, quantity FROM order_line ORDER BY line"
                try world.expectSame(order, at: ["hub", "south"], [[Value("o"), Value("south"), Value("b"), 5]])
                try world.expectSame(lines, at: ["hub", "south"], [[Value("o"), 1, 1000], [Value("o"), 2, 2000]])
                try world.expectSame(order, at: ["north"], [])
                try world.expectSame(lines, at: ["north"], [])
                try world.expectSame("SELECT count(*) FROM linli_quarantine", [[0]])
            }
        }
    }
}
