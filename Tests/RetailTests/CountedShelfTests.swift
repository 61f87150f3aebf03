import ChangeLog
import Replica
import Testing

@testable import Retail

@Suite("Shelves that were counted")
struct CountedShelfTests {
    @Test("vouch for the rights that a lost disk left there, each by its latest count")
    func counted() throws {
        let desks = try Desks.hub()
        try desks.shop.receive(
            """
            INSERT INTO linli_others_stock(store_id, sku, "column", node, units) VALUES
              ('north', 'tea', 'available', 'north#01', 5000), ('north', 'tea', 'available', 'north', 7000),
              ('north', 'cake', 'available', 'north#01', 0), ('north', 'ham', 'available', 'north#02', 1000),
              ('south', 'tea', 'available', 'south', 9000);
            INSERT INTO stock_count(id, store_id, sku, counted, counted_at) VALUES ('c1', 'north', 'tea', 1, 10),
              ('c2', 'north', 'tea', 1, 30), ('c3', 'north', 'tea', 1, 20), ('c4', 'north', 'cake', 1, 30),
              ('c5', 'south', 'tea', 1, 30);
            """
        )
        var round = TradeRound()
        func counted(_ second: Int64) throws -> [RightsWitness] {
            try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: second * 1_000).counted
        }
        #expect(try counted(0) == [], "nobody lost a disk")
        desks.stores[0].hasLostDisks = true
        #expect(try counted(9) == [])
        let tea = RightsWitness(
            store: try #require(NodeName("north")),
            rights: .init("stock", ["north", "tea"].map { .text(Array($0.utf8)) }),
            seen: .init("stock_count", [.text(Array("c2".utf8))])
        )
        #expect(try counted(10) == [tea])
    }
}
