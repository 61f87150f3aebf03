import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

@Suite("A later schema version at a store")
struct StoreSchemaTests {
    /// Another table, other columns, and the present ones in another order.
    private static let later = """
        schema: shop
        version: 2
        currency: CNY
        tables:
          shelf:
            scope: {store: store_id}
            writer: any
            key: [store_id, number]
            columns:
              store_id: {type: text}
              number: {type: integer}
              room: {type: integer, merge: escrow, floor: 0}
              seen: {type: integer, merge: counter}
              mark: {type: text}
          product:
            scope: network
            writer: hub
            key: [sku]
            columns:
              sku: {type: text}
              name: {type: text}
              price: {type: integer}
          item:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id: {type: id}
              unit: {type: text, default: "kg"}
              store_id: {type: text}
              note: {type: text}
              price: {type: integer}
              placed_at: {type: time, merge: first}
              high: {type: integer, merge: max}
              low: {type: integer, merge: min}
              n: {type: integer, merge: counter}
              units: {type: integer, merge: escrow, floor: 0, share: {hub: 30}}
              weighed: {type: integer, merge: counter}
          stock:
            scope: {store: store_id}
            writer: store
            key: [store_id, sku]
            columns:
              store_id: {type: text}
              sku: {type: text}
              available: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30}}
        """

    private func adopt(_ shop: StoreShop) throws {
        try shop.replica.adoptSchema(
            SchemaPlan(try NetworkSchema(yaml: Self.later)),
            wallMilliseconds: shop.now
        )
    }

    @Test("What was captured before is sealed under the version before; afterwards the new columns are there")
    func adopts() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 1, at: 2)])
        try shop.sell("UPDATE item SET n = n + 1 WHERE id = 'a'")
        try adopt(shop)
        try shop.sell("UPDATE item SET unit = 'piece', weighed = weighed + 3 WHERE id = 'a'")
        try shop.sell("INSERT INTO shelf(store_id, number, room) VALUES ('nanjing-1', 4, 9)")
        try shop.seal()
        let headers = try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: .max).map(
            \.header?.schemaVersion
        )
        #expect(headers == [1, 2])
        let log = try shop.operations().map(\.operation)
        #expect(log.map(\.table) == [1, 1, 3], "tables keep their numbers")
        #expect(log[1].value(8) == .text("piece") && log[1].value(9) == .integer(3), "columns keep theirs")
        #expect(try shop.replica.adoptSchema(shop.replica.plan, wallMilliseconds: 0) == ())
        try shop.restart()
        #expect(shop.replica.plan.schema.version == 2 && shop.replica.plan.tables[3].table.name == "shelf")
        #expect(try shop.replica.check() == [])
    }

    @Test("A round and a pending insert from before the version get the defaults of what was added")
    func defaults() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 1, at: 2)])
        try shop.sell("INSERT INTO item(id, store_id, n) VALUES ('mine', 'nanjing-1', 5)")
        try shop.seal()
        let old = try shop.item("b", n: 7, at: 11)
        try shop.stage([old], upTo: 12)
        try adopt(shop)
        // The hub deletes the row that it had never seen alive here, and the pending insert begins it anew.
        try shop.stage([shop.entry("item", [.text("mine")], .evicted, at: 13)], upTo: 14)
        try shop.apply(14)
        let rows = try shop.see("SELECT id, n, unit, weighed FROM item ORDER BY id")
        #expect(rows == ["a|1|kg|0", "b|7|kg|0", "mine|5|kg|0"])
    }

    @Test("After a failure right behind the commit, the same daemon goes on under the new version")
    func failing() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 1, at: 2)])
        shop.replica.atStep = { step throws(ReplicaError) in
            guard step == .schemaCommitted else { return }
            throw .file(path: "linli.db-wal", operation: "fdatasync", code: 5)
        }
        try shop.sell("UPDATE item SET n = n + 1 WHERE id = 'a'")
        #expect(throws: ReplicaError.self) { try adopt(shop) }
        try shop.sell("UPDATE item SET weighed = weighed + 3 WHERE id = 'a'")
        #expect(try shop.seal()?.schemaVersion == 2)
        try shop.stage([shop.entry("item", [.text("a")], .gone(life: 2), at: 11)], upTo: 12)
        try shop.apply(12)
        #expect(try shop.see("SELECT count(*) FROM item") == ["0"])
        #expect(try shop.operations().count == 2)
    }

    @Test("Killed after the version was committed, the store has what was captured before, once")
    func killed() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 1, at: 2)])
        var image: String?
        shop.replica.atStep = { [unowned shop] step throws(ReplicaError) in
            do {
                if step == .sealAppended { try shop.sell("UPDATE item SET n = n + 10 WHERE id = 'a'") }
                if step == .schemaCommitted { image = try StoreImage.take(of: shop.directory) }
            } catch { throw ReplicaError(wrapping: error, path: "") }
        }
        try shop.sell("UPDATE item SET n = n + 1 WHERE id = 'a'")
        try adopt(shop)
        #expect(try shop.operations().map { $0.operation.value(6) } == [.integer(1), .integer(10)])
        let survivor = try StoreShop(image: try #require(image))
        #expect(survivor.replica.plan.schema.version == 2)
        try survivor.seal()
        #expect(try survivor.operations().map { $0.operation.value(6) } == [.integer(1), .integer(10)])
    }
}
