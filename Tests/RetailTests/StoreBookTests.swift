import Retail
import Testing

@Suite("The hub's table of stores")
struct StoreBookTests {
    private static let tea: JSONValue = [["sku": "tea", "quantity": 1000]]

    @Test("A store that joined stands in it after a round, with nobody asking for a command; what is written stays")
    func round() throws {
        let desks = try Desks.hub()
        try desks.shop.run("UPDATE store SET name = 'North, by hand' WHERE store_id = 'north'")
        var round = TradeRound()
        let east = StoreStanding(store: "east", region: "sea", name: "East", isOnline: false, takesPart: true)
        for uptime in [0, 1_000] as [Int64] {
            _ = try round.go(desks.desk, stores: desks.stores + [east], uptimeMilliseconds: uptime)
        }
        #expect(try desks.shop.number("SELECT count(*) FROM store") == 4)
        #expect(
            try desks.shop.number(
                "SELECT count(*) FROM store WHERE store_id = 'east' AND name = 'East' AND region = 'sea'"
            ) == 1
        )
        #expect(try desks.shop.number("SELECT count(*) FROM store WHERE name = 'North, by hand'") == 1)
    }

    @Test("A store that does not stand in it yet says so, and when to ask again")
    func unlisted() throws {
        let desks = try Desks.store()
        try desks.shop.receive("DELETE FROM store WHERE store_id = 'north'")
        let command = try #require(RetailCommand.named("order"))
        let error = #expect(throws: RetailError.self) {
            try desks.desk.answer(command, ["lines": Self.tea], key: IdempotencyKey("one"))
        }
        #expect(error?.code == .noStore && error?.what == "north is not in the hub's list of stores yet")
        #expect(try desks.refusal("order", ["lines": Self.tea, "region": "sea"]) == "NO_STORE sea")
    }
}
