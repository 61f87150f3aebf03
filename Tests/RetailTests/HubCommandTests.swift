import Retail
import Testing

@Suite("Commands at the hub")
struct HubCommandTests {
    private static let tea: JSONValue = [["sku": "tea", "quantity": 1000]]

    @Test("The store is chosen by rights, region, what it offers, hours and whether it is online")
    func choice() throws {
        let desks = try Desks.hub()
        #expect(try desks.ask("order", ["lines": Self.tea, "region": "town"])["store"] == "south")
        #expect(try desks.ask("order", ["lines": Self.tea, "store": "north"])["store"] == "north")
        let four: JSONValue = [["sku": "tea", "quantity": 2000], ["sku": "tea", "quantity": 2000]]
        #expect(try desks.refusal("order", ["lines": four, "store": "north"]) == "NO_RIGHTS tea")
        #expect(
            try desks.refusal("order", ["lines": Self.tea, "store": "north", "fulfilment": "delivery"])
                == "NO_STORE north"
        )
        #expect(try desks.refusal("order", ["lines": Self.tea, "region": "sea"]) == "NO_STORE sea")
        desks.stores[1].isOnline = false
        #expect(try desks.ask("order", ["lines": Self.tea, "region": "town"])["store"] == "north")
        desks.stores[0].takesPart = false
        #expect(try desks.ask("order", ["lines": Self.tea, "region": "town"])["store"] == "south")
        // Ten in the morning: west is closed now, and open at two in the afternoon.
        try desks.shop.run("UPDATE store SET opens_minute = 840, closes_minute = 900 WHERE store_id = 'west'")
        let timed = { (time: Int64) -> JSONValue in
            ["lines": Self.tea, "region": "hills", "fulfilment": "timed", "deliver_from": .integer(time)]
        }
        #expect(try desks.refusal("order", timed(Desks.morning)) == "NO_STORE hills")
        #expect(try desks.ask("order", timed(Desks.morning + 4 * 3_600_000))["store"] == "west")
        #expect(try desks.refusal("order", ["lines": Self.tea, "fulfilment": "timed"]) == "BAD_INPUT deliver_from")
        #expect(try desks.shop.number("SELECT count(*) FROM customer_order") == 5)
    }

    @Test("Units that a counter sold beyond its rights are not promised by the hub")
    func overdrawn() throws {
        let desks = try Desks.hub(tea: ["north": 1000])
        try desks.shop.receive("UPDATE stock SET on_hand = 0, overdrawn = 1000")
        #expect(try desks.refusal("order", ["lines": Self.tea]) == "NO_RIGHTS tea")
        let there = try desks.ask("availability", ["sku": "tea"])
        #expect(there["available"] == 0 && there["stores"]?.list?.first?["promisable_here"] == 0)
    }

    @Test("An order costs what its store charges, and is paid, cancelled and given back to the last 分")
    func money() throws {
        let desks = try Desks.hub()
        try desks.ask(
            "set-prices",
            [
                "list": "town", "level": "region", "place": "town", "valid_from": 1,
                "prices": [["sku": "tea", "amount": 901]],
            ]
        )
        let placed = try desks.ask("order", ["lines": [["sku": "tea", "quantity": 1500]], "store": "north"])
        let order = placed["order"] ?? .null
        #expect(placed["due"] == 1352)
        #expect(try desks.ask("order", ["lines": Self.tea, "store": "west"])["due"] == 1000)
        let pay: JSONValue = ["order": order, "amount": 1352, "method": "wechat", "reference": "wx1"]
        #expect(try desks.ask("pay", pay)["paid"] == 1352)
        #expect(try desks.ask("pay", pay)["paid"] == 1352)
        #expect(
            try desks.refusal("pay", ["order": order, "amount": 1, "method": "wechat", "reference": "wx1"])
                == "NOT_NOW wx1"
        )
        #expect(try desks.refusal("refund", ["order": order]) == "NOT_NOW \(order.text ?? "")")
        try desks.ask("cancel", ["order": order])
        #expect(try desks.shop.exceptions() == ["overpaid": 1])
        #expect(try desks.ask("refund", ["order": order])["refunded"] == 1352)
        #expect(try desks.refusal("refund", ["order": order, "amount": 1]) == "NOT_NOW \(order.text ?? "")")
        #expect(try desks.shop.exceptions() == [:])
        // The units come back by the store that holds them, not by the hub.
        #expect(try desks.shop.rows("SELECT available FROM stock WHERE store_id = 'north'") == "1500")
    }

    @Test("A store that is out has its orders taken over by others of its region, as far as they can promise")
    func takeOver() throws {
        let desks = try Desks.hub(tea: ["north": 6_000, "south": 3_000, "west": 9_000])
        for _ in 0..<5 { try desks.ask("order", ["lines": Self.tea, "store": "north"]) }
        try desks.ask("close-store", ["store": "north", "closed": true])
        #expect(try desks.shop.exceptions() == ["order_at_closed_store": 5])
        #expect(try desks.refusal("order", ["lines": Self.tea, "store": "north"]) == "NO_STORE north")
        let taken = try desks.ask("take-over", ["store": "north", "reason": "power"])
        #expect(taken["moved"]?.list?.count == 3 && taken["stayed"]?.list?.count == 2)
        #expect(taken["stayed"]?.list?.first?["code"] == "NO_RIGHTS")
        #expect(
            try desks.shop.rows("SELECT store_id, count(*) FROM promise GROUP BY 1 ORDER BY 1") == "north|5;south|3"
        )
        #expect(try desks.shop.exceptions() == ["order_at_closed_store": 2])
        // By word, to another region.
        let moved = try desks.ask("take-over", ["store": "north", "to": "west"])
        #expect(moved["moved"]?.list?.count == 2)
        #expect(
            try desks.shop.rows("SELECT store_id, available FROM stock ORDER BY 1") == "north|1000;south|0;west|7000"
        )
        let order = moved["moved"]?.list?.first?["order"] ?? .null
        try desks.ask("close-store", ["store": "north", "closed": false])
        // Never back to a store that had it.
        #expect(try desks.ask("take-over", ["order": order, "to": "north"])["moved"] == [])
    }

    @Test("A list of prices begins at its time, and names who it is for")
    func prices() throws {
        let desks = try Desks.hub()
        let later = Desks.morning + 1_000_000_000_000
        let list: JSONValue = [
            "list": "summer", "valid_from": .integer(later), "prices": [["sku": "tea", "amount": 1200]],
        ]
        try desks.ask("set-prices", list)
        try desks.ask("set-prices", list)
        #expect(
            try desks.shop.rows("SELECT valid_from, amount FROM price WHERE sku = 'tea' ORDER BY 1")
                == "0|1000;\(later)|1200"
        )
        #expect(
            try desks.refusal("set-prices", ["list": "l", "level": "store", "prices": [["sku": "tea", "amount": 1]]])
                == "BAD_INPUT place"
        )
        #expect(
            try desks.refusal("set-prices", ["list": "l", "valid_until": 1, "prices": [["sku": "tea", "amount": 1]]])
                == "BAD_INPUT valid_until"
        )
    }

    @Test("Goods and places are described, wrong barcodes and zones refused")
    func master() throws {
        let desks = try Desks.hub()
        try desks.ask(
            "set-products",
            [
                "products": [
                    ["sku": "tea", "name": "tea", "barcode": "6901234567892"],
                    ["sku": "ham", "name": "ham", "unit": "kg", "barcode": "12345"],
                ]
            ]
        )
        #expect(try desks.shop.rows("SELECT gtin FROM barcode ORDER BY 1") == "06901234567892;12345")
        #expect(try desks.shop.rows("SELECT supplier, unit FROM product WHERE sku = 'tea'") == "leaf|piece")
        #expect(
            try desks.refusal("set-products", ["products": [["sku": "x", "name": "x", "barcode": "6901234567890"]]])
                == "BAD_INPUT barcode"
        )
        try desks.ask("set-store", ["store": "east", "region": "sea", "opens_minute": 420, "offers_delivery": true])
        #expect(
            try desks.shop.rows("SELECT region, opens_minute, offers_delivery FROM store WHERE store_id = 'east'")
                == "sea|420|1"
        )
        #expect(try desks.refusal("set-store", ["store": "east", "time_zone": "Moon/Far"]) == "BAD_INPUT time_zone")
        #expect(try desks.refusal("set-store", ["store": "east", "weighed_codes": "XYZ"]) == "BAD_INPUT weighed_codes")
        desks.stores.append(StoreStanding(store: "new", region: "sea", name: "New", isOnline: true, takesPart: true))
        try desks.ask("close-store", ["store": "new", "closed": false])
        #expect(try desks.shop.rows("SELECT name, region FROM store WHERE store_id = 'new'") == "New|sea")
    }

    @Test("An erased customer is in no order any more, and what was sold and paid stays")
    func erase() throws {
        let desks = try Desks.hub()
        let placed = try desks.ask(
            "order",
            ["lines": Self.tea, "customer": "c-17", "note": "ring twice", "contact": ["phone": "138"]]
        )
        try desks.ask("order", ["lines": Self.tea, "customer": "c-18", "contact": ["phone": "139"]])
        #expect(
            try desks.ask("erase", ["customer": "c-17"]) == ["orders": 1, "contacts": 1, "refused_changes": 0]
        )
        #expect(
            try desks.ask("erase", ["customer": "c-17"]) == ["orders": 0, "contacts": 0, "refused_changes": 0]
        )
        #expect(try desks.shop.rows("SELECT phone FROM order_contact") == "139")
        let id = placed["order"]?.text ?? ""
        #expect(try desks.shop.rows("SELECT customer, note, due FROM customer_order WHERE id = '\(id)'") == "-|-|1000")
    }

    @Test("The hub orders of each supplier what all stores need, in whole packs, once")
    func purchase() throws {
        let desks = try Desks.hub()
        try desks.shop.run("UPDATE product SET pack = 6000 WHERE sku = 'tea'")
        try desks.shop.run(
            """
            INSERT INTO replenishment(store_id, sku, quantity, made_at) VALUES ('north', 'tea', 4000, 1),
              ('south', 'tea', 3000, 1), ('south', 'cake', 2000, 1)
            """
        )
        let made = try desks.ask("purchase", [:])["purchases"]?.list ?? []
        #expect(made.map { $0["supplier"] } == ["leaf", "oven"])
        #expect(made.first?["lines"] == [["sku": "tea", "quantity": 12000, "needed": 7000, "stores": 2]])
        #expect(try desks.ask("purchase", [:])["purchases"] == [])
        #expect(try desks.shop.number("SELECT count(*) FROM replenishment WHERE purchase_id IS NULL") == 0)
    }
}
