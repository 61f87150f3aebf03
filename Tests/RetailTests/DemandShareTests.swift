import ChangeLog
import SplitMix
import Testing

@testable import Retail

@Suite("Rights follow demand")
struct DemandShareTests {
    @Test("Without sales the schema's share stands; with many the hub's part is its part of the demand, within bounds")
    func law() {
        #expect(DemandShare.percent(hub: 0, store: 0, present: nil) == nil)
        #expect(DemandShare.percent(hub: 3_000, store: 7_000, present: nil) == nil)
        #expect(DemandShare.percent(hub: 700_000, store: 300_000, present: nil) == 70)
        #expect(DemandShare.percent(hub: 100_000, store: 900_000, present: nil) == 10)
        #expect(DemandShare.percent(hub: 0, store: 9_000_000, present: nil) == 5, "the hub keeps some")
        #expect(DemandShare.percent(hub: 9_000_000, store: 0, present: 30) == 80, "and so does the counter")
        #expect(DemandShare.percent(hub: 9_000_000, store: 0, present: 80) == nil)
        #expect(DemandShare.percent(hub: 0, store: 0, present: 80) == 30, "what is no longer asked for goes back")
        #expect(DemandShare.percent(hub: 20_000, store: 0, present: nil) == 65, "few units weigh little")
        #expect(DemandShare.percent(hub: -5, store: -9, present: nil) == nil, "more was brought back than sold")
        #expect(DemandShare.percent(hub: .max, store: .max, present: nil) == 50)
    }

    @Test(
        "A part that moved does not move again by chance: it takes seven and a half percent of the demand",
        arguments: 1...50
    )
    func isCalm(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let truth = Int64.random(in: 0...100, using: &random)
        var (present, moves) = (Int64?.none, 0)
        var last: Int64?
        for _ in 0..<300 {
            // A demand that wavers by three percent to both sides.
            let hub = min(max(truth + .random(in: -3...3, using: &random), 0), 100) * 40_000
            if let next = DemandShare.percent(hub: hub, store: 4_000_000 - hub, present: present) {
                if let last { #expect(abs(next - last) >= 5) }
                (present, last, moves) = (next, next, moves + 1)
            }
        }
        #expect(moves <= 1, "seed \(seed): \(moves) moves about \(truth)")
    }

    @Test("Deficits are granted in whole units, until nothing more is to be granted", arguments: 1...50)
    func settles(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var (hub, store, percent) = (Int64(0), Int64.random(in: 0...400, using: &random) * 500, Int64?.none)
        for _ in 0..<20 {
            let demand = Int64.random(in: 0...2_000_000, using: &random)
            percent = DemandShare.percent(hub: demand, store: 2_000_000 - demand, present: percent) ?? percent
            let share = Share(hubPercent: percent ?? DemandShare.basePercent, step: 1_000)
            var grants = 0
            while true {
                let up = share.storeGrants(total: hub + store, hub: hub, own: store)
                (hub, store) = (hub + up, store - up)
                let down = share.hubGrants(total: hub + store, hub: hub, store: store)
                (hub, store) = (hub - down, store + down)
                #expect(up % 1_000 == 0 && down % 1_000 == 0 && hub >= 0 && store >= 0)
                if up == 0, down == 0 { break }
                grants += 1
                guard grants < 3 else { break }
            }
            #expect(grants <= 1, "seed \(seed)")
        }
    }

    @Test("The hub looks at a store's sales and orders of two weeks, once an hour, and writes only what moved")
    func look() throws {
        let desks = try Desks.hub()
        var round = TradeRound()
        func share() throws -> String { try desks.shop.rows("SELECT store_id, hub_share FROM stock ORDER BY 1") }
        let tea: JSONValue = [["sku": "tea", "quantity": 3_000]]
        try desks.ask("order", ["lines": tea, "store": "south"])
        try desks.ask("order", ["lines": tea, "store": "south"])
        for second in 0..<3 {
            _ = try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: Int64(second) * 1_000)
        }
        #expect(try share() == "north|-;south|45;west|-", "(6 + 6) of 26")
        try desks.shop.receive(
            """
            INSERT INTO sale(id, store_id, sold_at) VALUES ('s', 'south', \(Desks.morning));
            INSERT INTO sale_line(sale_id, line, store_id, sku, quantity) VALUES ('s', 1, 'south', 'tea', 60000);
            """
        )
        for second in 3..<30 {
            _ = try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: Int64(second) * 1_000)
        }
        #expect(try share() == "north|-;south|45;west|-", "an hour has not passed")
        for second in 3_600..<3_603 {
            _ = try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: Int64(second) * 1_000)
        }
        #expect(try share() == "north|-;south|15;west|-", "(6 + 6) of 86")
        desks.pass(15 * 86_400_000)
        for second in 9_000..<9_003 {
            _ = try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: Int64(second) * 1_000)
        }
        #expect(try share() == "north|-;south|30;west|-", "two weeks later nobody remembers")
        try desks.shop.receive(
            """
            INSERT INTO transfer(id, from_store, to_store, sent_at)
              VALUES ('t', 'west', 'north', \(Desks.morning + 15 * 86400000));
            INSERT INTO transfer_line(transfer_id, line, from_store, sku, quantity) VALUES ('t', 1, 'west', 'tea', 60000);
            """
        )
        for second in 13_000..<13_003 {
            _ = try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: Int64(second) * 1_000)
        }
        #expect(try share() == "north|-;south|30;west|10", "6 of 80; what north will receive is no demand")
        let south = try desks.ask("availability", ["sku": "tea"])["stores"]?.list?.first { $0["store"] == "south" }
        #expect(south?["hub_share"] == 30)
    }
}
