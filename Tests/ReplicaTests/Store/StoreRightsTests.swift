import ChangeLog
import Testing

@testable import Replica

@Suite("A store's rights")
struct StoreRightsTests {
    private func rights(_ shop: StoreShop) throws -> [String] {
        try shop.see("SELECT node, units FROM linli_rights WHERE units > 0 ORDER BY node")
    }

    @Test("The hub is granted what it lacks of its share, once, and like any other write")
    func share() throws {
        let shop = try StoreShop()
        try shop.join()
        try shop.sell("INSERT INTO stock(store_id, sku, available) VALUES ('nanjing-1', 'milk', 100)")
        #expect(try rights(shop) == ["nanjing-1|100"])
        try shop.seal()
        #expect(try shop.replica.shareGrants() == 1)
        #expect(try rights(shop) == ["hub|30", "nanjing-1|70"])
        #expect(try shop.replica.shareGrants() == 0)
        #expect(try shop.seal()?.operations == 1)
        #expect(try shop.replica.shareGrants() == 0)
        let stock = try shop.table("stock")
        #expect(
            try shop.operations().last?.operation.kind
                == .grant(column: stock.escrow.first ?? -1, to: .hub, units: 30)
        )
        // The hub promised ten of its part: what is left is shared anew.
        try shop.stage(
            [
                shop.row(
                    "stock",
                    [.text("nanjing-1"), .text("milk")],
                    [.integer(90)],
                    at: 11,
                    ledger: [
                        Holding(column: 0, holder: "hub", units: 20),
                        Holding(column: 0, holder: "nanjing-1", units: 70),
                    ]
                )
            ],
            upTo: 12
        )
        try shop.apply(12, included: 2)
        #expect(try rights(shop) == ["hub|20", "nanjing-1|70"])
        #expect(try shop.replica.shareGrants() == 1)
        #expect(try rights(shop) == ["hub|27", "nanjing-1|63"])
    }

    @Test("What is to be shared while rights are frozen is shared once they are back")
    func shareOfFrozenRights() throws {
        let shop = try StoreShop()
        try shop.join()
        try shop.sell("INSERT INTO stock(store_id, sku, available) VALUES ('nanjing-1', 'milk', 100)")
        try shop.seal()
        try shop.replica.freezeRights()
        #expect(try shop.replica.shareGrants() == 0)
        try shop.replica.thawRights()
        #expect(try shop.replica.shareGrants() == 1)
        #expect(try rights(shop) == ["hub|30", "nanjing-1|70"])
    }

    @Test("A spend that is not included yet is laid on the hub's ledger, and only on this store's part")
    func spend() throws {
        let shop = try StoreShop()
        let key: [Value] = [.text("nanjing-1"), .text("milk")]
        func stock(_ available: Int64, hub: Int64, own: Int64, at position: Int64) throws -> FeedRow {
            try shop.row(
                "stock",
                key,
                [.integer(available)],
                at: position,
                ledger: [
                    Holding(column: 0, holder: "hub", units: hub), Holding(column: 0, holder: "nanjing-1", units: own),
                ]
            )
        }
        try shop.stage([stock(10, hub: 3, own: 7, at: 2)], upTo: 10)
        try shop.apply(10)
        #expect(throws: ReplicaError.self) { try shop.sell("UPDATE stock SET available = available - 8") }
        try shop.sell("UPDATE stock SET available = available - 5")
        try shop.seal()
        try shop.stage([stock(9, hub: 2, own: 7, at: 11)], upTo: 12)
        try shop.apply(12)
        #expect(try shop.see("SELECT available FROM stock") == ["4"])
        #expect(try rights(shop) == ["hub|2", "nanjing-1|2"])
        #expect(throws: ReplicaError.self) { try shop.sell("UPDATE stock SET available = available - 3") }
    }

    @Test("When a row leaves the store, the rights held in it go to the hub, in the changeset of that moment")
    func evicted() throws {
        let shop = try StoreShop()
        try shop.stage([shop.item("a", units: 10, at: 2, ledger: ["hub": 4, "nanjing-1": 6])], upTo: 10)
        try shop.apply(10)
        try shop.sell("UPDATE item SET units = units - 1 WHERE id = 'a'")
        try shop.stage([shop.evicted("a", at: 11)], upTo: 12)
        try shop.apply(12)
        #expect(try shop.see("SELECT count(*) FROM item") == ["0"])
        #expect(try rights(shop) == [])
        let log = try shop.operations()
        #expect(log.map(\.operation.kind) == [.update, .grant(column: 7, to: .hub, units: 5)])
        #expect(try shop.seal() == nil)
        // It comes back before the hub has heard of the grant.
        try shop.stage([shop.item("a", units: 9, at: 13, ledger: ["hub": 4, "nanjing-1": 5])], upTo: 14)
        try shop.apply(14, included: 1)
        #expect(try rights(shop) == ["hub|9"])
    }

    @Test("From the beginning of a resync to its end, rights that the store held before cannot be spent")
    func frozen() throws {
        let shop = try StoreShop()
        try shop.stage([shop.item("a", units: 10, at: 2, ledger: ["hub": 4, "nanjing-1": 6])], upTo: 10)
        try shop.apply(10)
        try shop.replica.beginResync()
        #expect(throws: ReplicaError.self) { try shop.sell("UPDATE item SET units = units - 1 WHERE id = 'a'") }
        #expect(try rights(shop) == ["hub|4", "nanjing-1|6"], "nobody's total changes")
        #expect(try shop.replica.check() == [])
        try shop.restart()
        #expect(throws: ReplicaError.self) { try shop.sell("UPDATE item SET units = units - 1 WHERE id = 'a'") }
        // What the store mints meanwhile is new.
        try shop.sell("UPDATE item SET units = units + 2 WHERE id = 'a'")
        try shop.sell("UPDATE item SET units = units - 1 WHERE id = 'a'")
        try shop.stage([shop.item("a", units: 9, at: 2, ledger: ["hub": 4, "nanjing-1": 5])], upTo: 20)
        try shop.apply(20, isComplete: true)
        #expect(try rights(shop) == ["hub|4", "nanjing-1|6"])
        try shop.sell("UPDATE item SET units = units - 6 WHERE id = 'a'")
    }

    @Test("Rights frozen at the handshake are free again with the next checkpoint, whatever it brings")
    func thawed() throws {
        for brings in [0, 1, 2] {
            let shop = try StoreShop()
            let a = try shop.item("a", units: 10, at: 2, ledger: ["hub": 4, "nanjing-1": 6])
            try shop.stage([a, shop.item("b", units: 3, at: 3, ledger: ["nanjing-1": 3])], upTo: 10)
            try shop.apply(10)
            try shop.replica.freezeRights()
            try shop.replica.freezeRights()
            try shop.restart()
            #expect(throws: ReplicaError.self) { try shop.sell("UPDATE item SET units = units - 1 WHERE id = 'a'") }
            // Nothing, the row as it is, or another row.
            if brings == 1 { try shop.stage([a], upTo: 12) }
            if brings == 2 { try shop.stage([shop.item("c", at: 11)], upTo: 12) }
            try shop.apply(12)
            try shop.sell("UPDATE item SET units = units - 6 WHERE id = 'a'")
            try shop.sell("UPDATE item SET units = units - 3 WHERE id = 'b'")
            #expect(try rights(shop) == ["hub|4"])
            #expect(try shop.replica.check() == [])
        }
    }

    @Test("At a fenced site the rights in the store's name are another's: they stay frozen, and are granted nobody")
    func fenced() throws {
        let shop = try StoreShop()
        try shop.stage([shop.item("a", units: 10, at: 2, ledger: ["hub": 0, "nanjing-1": 10])], upTo: 10)
        try shop.apply(10)
        try shop.replica.beginSession(in: Epoch(1), isFenced: true)
        try shop.replica.freezeRights()
        // The present site has 7 now, and this one's own are the hub's.
        let present = ["hub": 3 as Int64, "nanjing-1": 7]
        for position: Int64 in [11, 13] {
            try shop.stage([shop.item("a", units: 10, at: position, ledger: present)], upTo: position)
            try shop.apply(position)
            #expect(throws: ReplicaError.self) { try shop.sell("UPDATE item SET units = units - 1 WHERE id = 'a'") }
            #expect(try rights(shop) == ["hub|3", "nanjing-1|7"])
            #expect(try shop.replica.shareGrants() == 0)
            #expect(try shop.replica.sharesDue() == 0)
            #expect(try shop.replica.check() == [])
        }
        try shop.stage([shop.evicted("a", at: 14)], upTo: 15)
        try shop.apply(15)
        #expect(try shop.operations().isEmpty, "it has nothing to grant the hub")
        try shop.stage([shop.item("a", units: 10, at: 16, ledger: present)], upTo: 17)
        try shop.apply(17)
        // Joined again, it speaks for the store.
        try shop.replica.beginSession(in: Epoch(1))
        try shop.apply(18)
        try shop.sell("UPDATE item SET units = units - 7 WHERE id = 'a'")
    }

    @Test("A client that wrote with triggers off is found out")
    func doNotAddUp() throws {
        let shop = try StoreShop()
        try shop.stage([shop.item("a", units: 10, at: 2, ledger: ["hub": 4, "nanjing-1": 6])], upTo: 10)
        try shop.apply(10)
        try shop.till.use { sql in
            try sql.setTriggers(enabled: false)
            try sql.execute("UPDATE item SET units = 11")
        }
        #expect(try shop.replica.check() == [.rights(table: "item", column: "units", rows: 1)])
    }
}
