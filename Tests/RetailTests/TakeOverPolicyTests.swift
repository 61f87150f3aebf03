import Testing

@testable import Retail

@Suite("Take-over by policy")
struct TakeOverPolicyTests {
    private static let tea: JSONValue = [["sku": "tea", "quantity": 1000]]

    /// A hub whose store north has so many open orders of a unit each.
    private func hub(orders: Int, tea: [String: Int64] = ["north": 900_000, "south": 900_000, "west": 900_000]) throws
        -> Desks
    {
        let desks = try Desks.hub(tea: tea)
        for _ in 0..<orders { try desks.ask("order", ["lines": Self.tea, "store": "north"]) }
        return desks
    }

    private func go(_ round: inout TradeRound, _ desks: Desks, second: Int64) throws -> [TradeRound.Note] {
        try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: second * 1_000).notes
    }

    private func moved(_ desks: Desks) throws -> String {
        try desks.shop.rows("SELECT to_store, reason, count(*) FROM take_over GROUP BY 1, 2 ORDER BY 1, 2")
    }

    @Test("Without a policy nothing moves, whatever a store does")
    func none() throws {
        let desks = try hub(orders: 2)
        try desks.ask("close-store", ["store": "north", "closed": true])
        (desks.stores[0].isOnline, desks.stores[0].takesPart) = (false, false)
        var round = TradeRound()
        for second in [0, 1, 86_400] { #expect(try go(&round, desks, second: Int64(second)) == []) }
        #expect(try moved(desks) == "")
    }

    @Test("A store that is silent for so long has its orders taken over once, and both log and order tell it")
    func silent() throws {
        let desks = try hub(orders: 3)
        try desks.ask("set-take-over", ["silent_seconds": 600])
        var round = TradeRound()
        #expect(try go(&round, desks, second: 0) == [])
        desks.stores[0].isOnline = false
        #expect(try go(&round, desks, second: 5) == [])
        #expect(try go(&round, desks, second: 604) == [])
        // It was there for a moment: silence begins anew.
        desks.stores[0].isOnline = true
        #expect(try go(&round, desks, second: 604) == [])
        desks.stores[0].isOnline = false
        #expect(try go(&round, desks, second: 606) == [])
        #expect(try go(&round, desks, second: 1_205) == [])
        let notes = try go(&round, desks, second: 1_206)
        #expect(notes.count == 3 && notes.allSatisfy { !$0.isWarning })
        #expect(notes.first?.text.hasSuffix("of north is south's now; policy: silent for 600 s") == true)
        #expect(try moved(desks) == "south|policy: silent for 600 s|3")
        for second in 1_207..<1_400 { #expect(try go(&round, desks, second: Int64(second)) == []) }
        #expect(try moved(desks) == "south|policy: silent for 600 s|3")
        let order = try desks.shop.rows("SELECT min(id) FROM customer_order")
        let history = try desks.ask("order-status", ["order": .text(order)])["taken_over"]?.list ?? []
        #expect(history.map { $0["from"] } == ["north"] && history.first?["to"] == "south")
        #expect(
            history.first?["reason"] == "policy: silent for 600 s" && history.first?["at"] == .integer(Desks.morning)
        )
    }

    @Test("A hub that was down itself takes nobody for silent, nor does one whose clock is set")
    func ownSilence() throws {
        let desks = try hub(orders: 1)
        try desks.ask("set-take-over", ["silent_seconds": 60])
        for index in desks.stores.indices { desks.stores[index].isOnline = false }
        desks.pass(86_400_000)
        var round = TradeRound()
        #expect(try go(&round, desks, second: 90_000) == [])
        #expect(try go(&round, desks, second: 90_059) == [])
        // All are silent: an order goes to no store that may be as dead as its own.
        let notes = try go(&round, desks, second: 90_060)
        #expect(notes.map(\.isWarning) == [true])
        #expect(notes.first?.text.contains("1 open orders stay at north") == true)
        #expect(try moved(desks) == "")
        #expect(try go(&round, desks, second: 90_061) == [], "not told every second")
        desks.stores[1].isOnline = true
        #expect(try go(&round, desks, second: 90_119) == [])
        #expect(try go(&round, desks, second: 90_120).count == 1)
        #expect(try moved(desks) == "south|policy: silent for 60 s|1")
    }

    @Test("A closed and a frozen store are out at once; a store's setting stands before its region's and the network's")
    func levels() throws {
        let desks = try hub(orders: 2)
        var round = TradeRound()
        try desks.ask("set-take-over", ["when_closed": true])
        try desks.ask("set-take-over", ["level": "region", "place": "town", "when_frozen": true])
        try desks.ask("set-take-over", ["level": "store", "place": "north"])
        let north = try desks.shop.rows("SELECT min(id) FROM customer_order")
        try desks.ask("close-store", ["store": "north", "closed": true])
        desks.stores[0].takesPart = false
        #expect(try go(&round, desks, second: 0) == [], "off for this store")
        try desks.ask("set-take-over", ["level": "store", "place": "north", "remove": true])
        #expect(try go(&round, desks, second: 1).count == 2)
        #expect(try moved(desks) == "south|policy: frozen or retired|2")
        // South is out next: nothing goes back to north, and town has no other store.
        (desks.stores[0].takesPart, desks.stores[1].takesPart) = (true, false)
        try desks.ask("close-store", ["store": "north", "closed": false])
        #expect(try go(&round, desks, second: 2).map(\.isWarning) == [true])
        #expect(try desks.shop.rows("SELECT store_id FROM customer_order WHERE id = '\(north)'") == "south")
        try desks.ask("set-take-over", ["level": "region", "place": "town", "remove": true])
        try desks.ask("close-store", ["store": "south", "closed": true])
        try desks.ask("set-store", ["store": "west", "region": "town"])
        #expect(try go(&round, desks, second: 70).count == 2)
        #expect(
            try moved(desks) == "south|policy: frozen or retired|2;west|policy: closed|2"
        )
        #expect(
            try desks.ask("take-over-policy", [:])["policies"]
                == [
                    [
                        "level": "network", "place": "", "when_closed": true, "when_frozen": false,
                        "silent_seconds": .null,
                    ]
                ]
        )
        #expect(try desks.refusal("set-take-over", ["level": "store"]) == "BAD_INPUT place")
        #expect(try desks.refusal("set-take-over", ["level": "store", "place": "moon"]) == "NOT_FOUND moon")
        #expect(try desks.refusal("set-take-over", ["silent_seconds": 0]) == "BAD_INPUT silent_seconds")
    }

    @Test("Orders that nobody can take do not stand in the way of those behind them")
    func pages() throws {
        // South can promise 3 of 1,005 orders of a unit; the first thousand want two.
        let desks = try Desks.hub(tea: ["north": 9_000_000, "south": 1_000])
        try desks.ask("set-take-over", ["when_closed": true])
        let two: JSONValue = [["sku": "tea", "quantity": 2000]]
        for _ in 0..<1_001 { try desks.ask("order", ["lines": two, "store": "north"]) }
        let last = try desks.ask("order", ["lines": Self.tea, "store": "north"])["order"] ?? .null
        try desks.ask("close-store", ["store": "north", "closed": true])
        var (round, notes) = (TradeRound(), [TradeRound.Note]())
        for second in 0..<4 { notes += try go(&round, desks, second: Int64(second)) }
        #expect(notes.filter(\.isWarning).count == 3)
        #expect(try moved(desks) == "south|policy: closed|1")
        #expect(try desks.ask("order-status", ["order": last])["store"] == "south")
        let page = try desks.ask("take-over", ["store": "north"])
        #expect(page["stayed"]?.list?.count == 500)
        let rest = try desks.ask("take-over", ["store": "north", "after": page["next"] ?? .null])
        let end = try desks.ask("take-over", ["store": "north", "after": rest["next"] ?? .null])
        #expect(end["stayed"]?.list?.count == 1 && end["next"] == .null)
    }
}
