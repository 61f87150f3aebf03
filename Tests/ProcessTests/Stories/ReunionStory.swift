import ChangeLog
import Foundation
import Rehearsal
import Replica
import Testing

extension ProcessTests {
    @Suite("Stores that come back")
    struct ReunionStory {
        @Test(
            "A month of sales while four tenths of the catalogue change: each arrives once, what was deleted stays deleted",
            arguments: Weather.allCases
        )
        func monthAway(_ weather: Weather) async throws {
            let (products, sales) = (500, 9_000)
            try await World.run(stores: ["north"], in: weather) { world in
                let (hub, north) = (try world.till("hub"), try world.till("north"))
                try hub.fill("INSERT INTO product(sku, name) VALUES ('p' || ?1, 'first')", 0..<products) {
                    $0.bind(1, $1)
                }
                try hub.fill("INSERT INTO price(sku, amount) VALUES ('p' || ?1, 100)", 0..<products) { $0.bind(1, $1) }
                try north.fill(
                    "INSERT INTO stock_move(store_id, sku, quantity, reason) VALUES ('north', 'p' || ?1, 30000, 'receipt')",
                    0..<products
                ) { $0.bind(1, $1) }
                try world.network.settle()
                try world.cut("north")
                // Three hundred sales on each of thirty business days, a minute apart from nine in the morning on.
                let firstDay: Int64 = 1_789_866_000_000
                for day in 0..<30 {
                    let numbers = day * sales / 30..<(day + 1) * sales / 30
                    try north.fill(
                        """
                        INSERT INTO sale(id, store_id, sold_at, total) VALUES ('s' || ?1, 'north',
                          \(firstDay) + \(day) * 86400000 + (?1 % 300) * 60000, 100)
                        """,
                        numbers
                    ) { $0.bind(1, $1) }
                    try north.fill(
                        """
                        INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount)
                        VALUES ('s' || ?1, 1, 'north', 'p' || (?1 % \(products)), 1000, 100)
                        """,
                        numbers
                    ) { $0.bind(1, $1) }
                    try north.fill(
                        "INSERT INTO payment(sale_id, line, method, amount) VALUES ('s' || ?1, 1, 'cash', 100)",
                        numbers
                    ) { $0.bind(1, $1) }
                    if day % 6 == 0 { try await world.trouble?.strike() }
                }
                let changed = 0..<products * 4 / 10
                try hub.fill("UPDATE product SET name = 'second' WHERE sku = 'p' || ?1", changed) { $0.bind(1, $1) }
                let deleted = 0..<products / 10
                try hub.fill("DELETE FROM product WHERE sku = 'p' || ?1", deleted) { $0.bind(1, $1) }
                try hub.fill("DELETE FROM price WHERE sku = 'p' || ?1", deleted) { $0.bind(1, $1) }
                try await world.crash("north", "hub")
                try world.heal("north")
                try world.expectAgreement(seconds: 120)
                try world.expectSame("SELECT count(*), sum(quantity) FROM sale_line", [[.integer(9_000), 9_000_000]])
                try world.expectSame("SELECT count(*) FROM product", [[450]])
                try world.expectSame("SELECT count(*) FROM product WHERE name = 'second'", [[150]])
                try world.expectSame("SELECT count(*) FROM sale_line WHERE sku = 'p7'", [[18]])
                try world.expectSame("SELECT min(on_hand), max(on_hand) FROM stock", [[12_000, 12_000]])
                try world.expectSame("SELECT count(*) FROM linli_quarantine", [[0]])
                // Each of the thirty days has its three hundred, at the hub as at the store.
                try world.expectSame(
                    """
                    SELECT count(*), min(n), max(n) FROM (SELECT count(*) AS n FROM sale
                      GROUP BY (sold_at / 60000 + 480) / 1440)
                    """,
                    [[30, 300, 300]]
                )
                let client = try await world.client("north")
                for day in ["20260920", "20261019"] {
                    let figures = try await client.get("/v1/today?day=\(day)")
                    #expect(figures.number("sales") == 300 && figures.number("amount") == 30_000, "\(figures.body)")
                }
            }
        }

        @Test(
            "Thirty orders of a silent store are taken over; two that it had handed over are two exceptions",
            arguments: Weather.allCases
        )
        func takeOver(_ weather: Weather) async throws {
            try await World.run(stores: ["north", "south"], in: weather) { world in
                try await world.openShops(["north": ["tea": 120_000], "south": ["tea": 100_000]])
                let hub = try await world.client("hub")
                var placed: [(order: String, code: String)] = []
                for _ in 0..<30 {
                    let order = try await hub.done(
                        "order",
                        #"{"lines":[{"sku":"tea","quantity":1000}],"store":"north"}"#
                    )
                    placed.append((order.text("order"), order.text("pickup_code")))
                }
                try world.network.settle()
                try world.cut("north")
                let north = try await world.client("north")
                for one in placed.prefix(2) {
                    try await north.done("hand-over", "{\"pickup_code\":\"\(one.code)\",\"paid\":1000}")
                }
                try await hub.done("close-store", #"{"store":"north","closed":true}"#)
                #expect(try await world.exceptions(at: "hub")["order_at_closed_store"] == 30)
                let taken = try await hub.done("take-over", #"{"store":"north","reason":"silent"}"#)
                #expect(taken.list("moved").count == 30 && taken.list("stayed").isEmpty)
                #expect(taken.list("moved").allSatisfy { $0["store"] as? String == "south" })
                try world.network.settle(["south"])
                try await world.crash("north")
                try world.heal("north")
                try await world.eventually("both stores give back what they no longer hold") {
                    try world.network.settle()
                    return try world.till("hub").number("SELECT count(*) FROM order_release") == 30
                }
                try world.expectAgreement()
                let elsewhere = "SELECT id, store_id, handed_over_by FROM exception_handed_over_elsewhere ORDER BY id"
                try world.expectSame(
                    elsewhere,
                    at: ["hub", "south"],
                    placed.prefix(2).sorted { $0.order < $1.order }.map {
                        [Value($0.order), Value("south"), Value("north")]
                    }
                )
                try world.expectSame(
                    "SELECT store_id, on_hand, available FROM stock ORDER BY 1",
                    at: ["hub"],
                    [[Value("north"), 118_000, 118_000], [Value("south"), 100_000, 72_000]]
                )
                try world.expectStockAddsUp()
                // Nobody is at fault when the second hand-over follows; it is one exception more telling.
                let south = try await world.client("south")
                try await south.done("hand-over", "{\"order\":\"\(placed[5].order)\",\"paid\":1000}")
                try world.network.settle()
                #expect(try world.till("hub").number("SELECT count(*) FROM exception_handed_over_twice") == 0)
                #expect(try await world.exceptions(at: "hub")["handed_over_elsewhere"] == 2)
            }
        }

        @Test(
            "A transfer across cuts, short by one: nothing is lost but what is named once, with both stores",
            arguments: Weather.allCases
        )
        func transfer(_ weather: Weather) async throws {
            try await World.run(stores: ["north", "south"], in: weather) { world in
                try await world.openShops(["north": ["tea": 9_000], "south": ["cake": 1_000]])
                try world.cut("north")
                let sent = try await world.client("north")
                    .done("transfer-out", #"{"to":"south","lines":[{"sku":"tea","quantity":3000}]}"#)
                try await world.crash("north")
                try world.heal("north")
                try world.network.settle()
                try world.cut("south")
                let received = try await world.client("south").done(
                    "transfer-in",
                    "{\"transfer\":\"\(sent.text("transfer"))\",\"lines\":[{\"sku\":\"tea\",\"quantity\":2000}]}"
                )
                #expect(received.list("mismatches").count == 1)
                #expect(try await world.exceptions(at: "hub") == [:])
                try await world.crash("south", "hub")
                try world.heal("south")
                try world.expectAgreement()
                for node in world.nodes { #expect(try await world.exceptions(at: node) == ["transfer_mismatch": 1]) }
                try world.expectSame(
                    "SELECT from_store, sent, to_store, received, difference FROM exception_transfer_mismatch",
                    [[Value("north"), 3_000, Value("south"), 2_000, -1_000]]
                )
                try world.expectSame(
                    "SELECT store_id, on_hand, available FROM stock WHERE sku = 'tea' ORDER BY 1",
                    at: ["hub"],
                    [[Value("north"), 6_000, 6_000], [Value("south"), 2_000, 2_000]]
                )
                try world.expectStockAddsUp()
                let settle =
                    "{\"exception\":\"transfer_mismatch\",\"subject\":\"\(sent.text("transfer"))/tea\",\"note\":\"broken\"}"
                try await world.client("hub").done("settle", settle)
                try world.network.settle()
                for node in world.nodes { #expect(try await world.exceptions(at: node) == [:]) }
            }
        }

        @Test(
            "Opening day: five thousand prices become visible at each store at once, or not at all",
            arguments: Weather.allCases
        )
        func openingDay(_ weather: Weather) async throws {
            try await World.run(stores: ["north", "south", "west"], in: weather) { world in
                try world.till("hub").fill("INSERT INTO product(sku, name) VALUES ('p' || ?1, 'p')", 0..<5_000) {
                    $0.bind(1, $1)
                }
                try world.network.settle()
                let watches = try world.stores.map { store in
                    try PythonClient(
                        """
                        till = connect()
                        seen = set()
                        while not stopping():
                            seen.add(till.execute("SELECT count(*) FROM price").fetchone()[0])
                            time.sleep(0.001)
                        say(*sorted(seen))
                        """,
                        replica: world.network.replica(store),
                        ledger: "\(world.network.directory)/opening-\(store).txt"
                    )
                }
                try world.cut("west")
                let prices = (0..<5_000).map { "{\"sku\":\"p\($0)\",\"amount\":\(100 + $0)}" }.joined(separator: ",")
                let list = "{\"list\":\"opening\",\"valid_from\":1,\"prices\":[\(prices)]}"
                let hub = try await world.client("hub")
                try await hub.done("set-prices", list, idempotency: "opening")
                #expect(try await hub.done("set-prices", list, idempotency: "opening").isReplayed)
                try world.heal("west")
                try world.expectAgreement()
                for watch in watches { #expect(try watch.stop() == ["0 5000"]) }
                try world.expectSame("SELECT amount FROM price_here WHERE sku = 'p4999'", [[5_099]])
            }
        }
    }
}
