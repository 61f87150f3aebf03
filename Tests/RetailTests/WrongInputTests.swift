import Retail
import Testing

@Suite("Wrong input")
struct WrongInputTests {
    private static let tea: JSONValue = [["sku": "tea", "quantity": 1000]]
    private static let hour: Int64 = 3_600_000

    @Test("A price is of a known product, at a known place, and one for each")
    func prices() throws {
        let desks = try Desks.hub()
        func list(_ prices: JSONValue, _ level: JSONValue = .null, _ place: JSONValue = .null) -> JSONValue {
            ["list": "l", "level": level, "place": place, "prices": prices]
        }
        let tea: JSONValue = ["sku": "tea", "amount": 1]
        #expect(try desks.refusal("set-prices", list([["sku": "te", "amount": 1]])) == "NOT_FOUND te")
        #expect(try desks.refusal("set-prices", list([tea, tea])) == "BAD_INPUT prices[1].sku")
        #expect(try desks.refusal("set-prices", list([tea], "store", "noth")) == "NOT_FOUND noth")
        #expect(try desks.refusal("set-prices", list([tea], "region", "twon")) == "NOT_FOUND twon")
        #expect(try desks.refusal("set-prices", list([tea], "region", "town")) == nil)
        #expect(try desks.shop.number("SELECT count(*) FROM price") == 2, "nothing of a refused list stands")
    }

    @Test("A markdown has a beginning and a later end, and is of something known")
    func markdowns() throws {
        let desks = try Desks.hub()
        func off(_ more: [(String, JSONValue)]) -> JSONValue {
            .object(Dictionary(more, uniquingKeysWith: { $1 }).merging(["percent": 20]) { $1 })
        }
        let tea = ("sku", JSONValue.text("tea"))
        #expect(
            try desks.refusal("set-markdown", off([tea, ("from_minute", 1_200), ("until_minute", 60)]))
                == "BAD_INPUT until_minute"
        )
        #expect(
            try desks.refusal("set-markdown", off([tea, ("valid_from", 9), ("valid_until", 9)]))
                == "BAD_INPUT valid_until"
        )
        #expect(try desks.refusal("set-markdown", off([("sku", "te")])) == "NOT_FOUND te")
        #expect(try desks.refusal("set-markdown", off([tea, ("region", "twon")])) == "NOT_FOUND twon")
        #expect(try desks.refusal("set-markdown", off([tea, ("region", "town")])) == nil)
    }

    @Test("An order names known products, and a time only for timed delivery, that has not passed")
    func orders() throws {
        let desks = try Desks.hub()
        let now = Desks.morning
        func order(_ fulfilment: String, from: Int64?, until: Int64?) -> JSONValue {
            [
                "lines": Self.tea, "fulfilment": .text(fulfilment), "region": "hills",
                "deliver_from": from.map { .integer($0) } ?? .null,
                "deliver_until": until.map { .integer($0) } ?? .null,
            ]
        }
        #expect(try desks.refusal("order", ["lines": [["sku": "te", "quantity": 1]]]) == "NOT_FOUND te")
        #expect(try desks.refusal("availability", ["sku": "te"]) == "NOT_FOUND te")
        #expect(
            try desks.refusal("order", order("pickup", from: now + Self.hour, until: nil)) == "BAD_INPUT deliver_from"
        )
        #expect(
            try desks.refusal("order", order("delivery", from: nil, until: now + Self.hour))
                == "BAD_INPUT deliver_until"
        )
        #expect(
            try desks.refusal("order", order("timed", from: now - Self.hour, until: nil)) == "BAD_INPUT deliver_from"
        )
        #expect(
            try desks.refusal("order", order("timed", from: now - Self.hour, until: now)) == "BAD_INPUT deliver_until"
        )
        #expect(
            try desks.refusal("order", order("timed", from: now + Self.hour, until: now + Self.hour))
                == "BAD_INPUT deliver_until"
        )
        #expect(try desks.refusal("order", order("timed", from: now, until: now + Self.hour)) == nil)
    }

    @Test("A store's clock is its zone's, and it is open at some time")
    func stores() throws {
        let desks = try Desks.hub()
        try desks.ask("set-store", ["store": "north", "time_zone": "Europe/Berlin"])
        let offset = "SELECT utc_offset_minutes FROM store WHERE store_id = 'north'"
        #expect(try desks.shop.rows(offset) == "60", "in November")
        #expect(
            try desks.refusal("set-store", ["store": "north", "utc_offset_minutes": 480])
                == "BAD_INPUT utc_offset_minutes"
        )
        try desks.ask("set-store", ["store": "north", "time_zone": "Asia/Shanghai", "utc_offset_minutes": 480])
        #expect(try desks.shop.rows(offset) == "480")
        #expect(
            try desks.refusal("set-store", ["store": "north", "opens_minute": 540, "closes_minute": 540])
                == "BAD_INPUT closes_minute"
        )
        #expect(try desks.refusal("set-store", ["store": "north", "opens_minute": 1_440]) == "BAD_INPUT closes_minute")
        #expect(try desks.refusal("set-store", ["store": "north", "opens_minute": 1_200, "closes_minute": 120]) == nil)
        #expect(try desks.refusal("take-over", ["store": "noth"]) == "NOT_FOUND noth")
    }

    @Test("A refund that is noted twice with one reference is one refund")
    func refunds() throws {
        let desks = try Desks.hub()
        let order = try desks.ask("order", ["lines": Self.tea])["order"] ?? .null
        try desks.ask("pay", ["order": order, "amount": 3_000, "method": "wechat"])
        let back: JSONValue = ["order": order, "amount": 500, "reference": "r-1"]
        let first = try desks.ask("refund", back)
        #expect(try desks.ask("refund", back) == first)
        #expect(try desks.ask("refund", ["order": order, "reference": "r-1"]) == first)
        #expect(try desks.refusal("refund", ["order": order, "amount": 400, "reference": "r-1"]) == "NOT_NOW r-1")
        #expect(try desks.refusal("refund", ["order": order, "reference": "r 2"]) == "BAD_INPUT reference")
        #expect(try desks.ask("refund", ["order": order, "amount": 500, "reference": "r-2"])["refunded"] == 1_000)
    }
}
