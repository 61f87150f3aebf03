import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Promises and facts across a cut")
    struct PromiseStory {
        private static let cake = #"{"lines":[{"sku":"cake","quantity":1000}]}"#

        @Test(
            "The last unit and three sellers: who holds the right sells, the others are told at once",
            arguments: Weather.allCases
        )
        func lastUnit(_ weather: Weather) async throws {
            try await World.run(stores: ["north", "south"], in: weather) { world in
                try await world.openShops(["north": ["cake": 1_000]])
                let watches = try ["hub", "north"].map { try RightsWatch(world, node: $0) }
                for store in world.stores { try world.cut(store) }
                for (node, body) in [
                    ("south", Self.cake), ("hub", #"{"lines":[{"sku":"cake","quantity":1000}],"store":"north"}"#),
                ] {
                    let client = try await world.client(node)
                    let began = ContinuousClock.now
                    let refused = try await client.post("order", body)
                    #expect(refused.text("code") == "NO_RIGHTS" && refused.text("thing") == "cake", "\(refused.body)")
                    // Nobody can be asked: an answer that waited for one would not come at all.
                    #expect(ContinuousClock.now - began < .seconds(2))
                }
                // By plain SQL too: the line is refused where it is written, and at once.
                try world.till("hub").write("INSERT INTO customer_order(id, store_id) VALUES ('by-sql', 'north')")
                let refusal = try world.till("hub").refusal(
                    of: "INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('by-sql', 1, 'cake', 1000)"
                )
                #expect(refusal?.contains("linli: no rights: stock.available") == true, "\(refusal ?? "it was taken")")
                try await world.client("north").done("sell", Self.cake)
                try await world.crash("north", "hub")
                for store in world.stores { try world.heal(store) }
                try world.expectAgreement()
                try world.expectSame("SELECT count(*) FROM sale", at: ["hub", "north"], [[1]])
                try world.expectSame(
                    "SELECT on_hand, available FROM stock WHERE sku = 'cake'",
                    at: ["hub", "north"],
                    [[0, 0]]
                )
                #expect(try await world.exceptions(at: "hub") == [:])
                for watch in watches { try watch.end() }
                try world.expectStockAddsUp()
            }
        }

        @Test(
            "The hub promises the last unit and the counter sells it: both stand, and one shortfall names both",
            arguments: Weather.allCases
        )
        func promisedAndSold(_ weather: Weather) async throws {
            try await World.run(stores: ["north"], in: weather) { world in
                // Of four units the hub may promise one.
                try await world.openShops(["north": ["cake": 4_000]])
                try world.cut("north")
                let placed = try await world.client("hub").done("order", Self.cake)
                let sold = try await world.client("north").done("sell", #"{"lines":[{"sku":"cake","quantity":4000}]}"#)
                try await world.crash("north", "hub")
                try world.heal("north")
                try world.expectAgreement()
                let stock = "SELECT on_hand, available, overdrawn FROM stock"
                try world.expectSame(stock, [[0, 0, 1_000]])
                try world.expectSame(
                    "SELECT subject, order_id, receipt, short FROM exception_shortfall",
                    [[Value("north/cake"), Value(placed.text("order")), Value(sold.text("receipt")), 1_000]]
                )
                for node in world.nodes { #expect(try await world.exceptions(at: node) == ["shortfall": 1]) }
                try world.expectStockAddsUp()
                // Cancelled, the unit pays for what was sold, and nothing is left to settle.
                try await world.client("hub").done("cancel", "{\"order\":\"\(placed.text("order"))\"}")
                try await world.eventually("the store gives the unit back") {
                    try world.network.settle()
                    return try world.till("hub").number("SELECT overdrawn FROM stock") == 0
                }
                try world.expectSame(stock, [[0, 0, 0]])
                #expect(try await world.exceptions(at: "hub") == [:])
                try world.expectStockAddsUp()
            }
        }

        @Test(
            "Cancelled here and handed over there: handed over everywhere, stock falls once, refunded is one exception",
            arguments: Weather.allCases
        )
        func cancelledAndHandedOver(_ weather: Weather) async throws {
            try await World.run(stores: ["north"], in: weather) { world in
                try await world.openShops(["north": ["tea": 10_000]])
                let (hub, order) = (try await world.client("hub"), #"{"lines":[{"sku":"tea","quantity":1000}]}"#)
                let taken = try await hub.done("order", order)
                let left = try await hub.done("order", order)
                for placed in [taken, left] {
                    try await hub.done(
                        "pay",
                        "{\"order\":\"\(placed.text("order"))\",\"amount\":1000,\"method\":\"card\"}"
                    )
                }
                try world.network.settle()
                try world.cut("north")
                try await world.client("north").done("hand-over", "{\"pickup_code\":\"\(taken.text("pickup_code"))\"}")
                for placed in [taken, left] {
                    try await hub.done("cancel", "{\"order\":\"\(placed.text("order"))\"}")
                    try await hub.done("refund", "{\"order\":\"\(placed.text("order"))\"}")
                }
                try await world.crash("hub", "north")
                try world.heal("north")
                try await world.eventually("the unit that nobody took is given back") {
                    try world.network.settle()
                    return try world.till("hub").number("SELECT count(*) FROM order_release") == 1
                }
                try world.expectAgreement()
                let orders = "SELECT status, cancelled_at IS NOT NULL FROM customer_order WHERE id = ?"
                for node in world.nodes {
                    let till = try world.till(node)
                    #expect(try till.rows(orders, Value(taken.text("order"))) == [[Value("handed_over"), 1]])
                    #expect(try till.rows(orders, Value(left.text("order"))) == [[Value("cancelled"), 1]])
                    #expect(try await world.exceptions(at: node) == ["refunded_but_handed_over": 1])
                }
                try world.expectSame("SELECT on_hand, available, overdrawn FROM stock", [[9_000, 9_000, 0]])
                try world.expectStockAddsUp()
            }
        }

        @Test(
            "A price in a partition: the store sells at what it knows, receipts stay, price and promotion come together",
            arguments: Weather.allCases
        )
        func price(_ weather: Weather) async throws {
            try await World.run(stores: ["north"], in: weather) { world in
                try await world.openShops(["north": ["tea": 10_000]])
                try world.cut("north")
                try world.till("hub").write([
                    ("UPDATE price SET amount = 1200 WHERE sku = 'tea'", []),
                    ("INSERT INTO markdown(id, sku, percent) VALUES ('half', 'tea', 50)", []),
                ])
                let basket = #"{"lines":[{"sku":"tea","quantity":1000}]}"#
                let before = try await world.client("north").done("sell", basket)
                #expect(before.number("total") == 1_000)
                let watch = try PythonClient(
                    """
                    till = connect()
                    looks = 0
                    while not stopping():
                        looks += 1
                        row = till.execute("SELECT regular, percent, amount FROM price_here WHERE sku = 'tea'").fetchone()
                        if row not in [(1000, 0, 1000), (1200, 50, 600)]: say("wrong", row)
                        time.sleep(0.001)
                    say("looks", looks)
                    """,
                    replica: world.network.replica("north"),
                    ledger: "\(world.network.directory)/prices.txt"
                )
                try world.heal("north")
                try world.network.settle()
                let after = try await world.client("north").done("sell", basket)
                #expect(after.number("total") == 600)
                let seen = try watch.stop()
                #expect(seen.filter { $0.hasPrefix("wrong") } == [] && seen.last?.hasPrefix("looks") == true)
                try world.expectAgreement()
                try world.expectSame("SELECT total FROM sale ORDER BY sold_at, receipt_number", [[1_000], [600]])
                let refusal = try world.till("north").refusal(of: "UPDATE price SET amount = 1 WHERE sku = 'tea'")
                #expect(refusal?.contains("linli: not yours: price") == true)
            }
        }
    }
}
