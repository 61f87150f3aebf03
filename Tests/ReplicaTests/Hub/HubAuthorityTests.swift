import ChangeLog
import Testing

@testable import Replica

@Suite("A store writes only what the schema lets it write, judged at its base cursor")
struct HubAuthorityTests {
    private func reasons(_ world: HubWorld) throws -> [String] {
        try world.rows("SELECT \"table\", \"key\", reason FROM linli_quarantine ORDER BY id")
    }

    @Test("What only the hub writes is refused, alone; the rest of the changeset stands")
    func hubTables() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO product VALUES ('milk', 'Milk', 500)")
        try east.push(
            east.update("product", ["sku": text("milk"), "price": int(1)]),
            east.insert("board", ["k": text("a")]),
            east.delete("product", ["sku": text("milk")]),
            east.insert("ledger", ["id": int(1), "text": text("x")])
        )
        #expect(try world.rows("SELECT price FROM product") == ["500"])
        #expect(try world.rows("SELECT k FROM board") == ["a"])
        #expect(
            try reasons(world) == [
                #"product|["milk"]|not yours: price"#, #"product|["milk"]|not yours"#, #"ledger|[1]|not yours"#,
            ]
        )
        #expect(
            try world.rows("SELECT store, change FROM linli_quarantine LIMIT 1") == [
                #"east|{"op":"update","columns":{"price":1},"site":"\#(east.site)","number":1}"#
            ]
        )
    }

    @Test("Another store's row is out of reach, for each verb")
    func otherStores() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("x")]))
        try west.push(
            west.update("basket", ["id": text("b"), "note": text("mine")]),
            west.delete("basket", ["id": text("b")]),
            west.insert("basket", ["id": text("c"), "store_id": text("east")])
        )
        #expect(try reasons(world).map { $0.suffix(9) } == ["not yours", "not yours", "not yours"])
        #expect(try world.rows("SELECT * FROM basket") == ["b|east|x"])
        #expect(try west.read().shown(world.plan).contains("basket:b evicted"))
    }

    @Test("An insert whose key lives in another scope is refused")
    func takenKey() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("x")]))
        try west.push(west.insert("basket", ["id": text("b"), "store_id": text("west"), "note": text("y")]))
        #expect(try reasons(world) == [#"basket|["b"]|key"#])
        #expect(try world.rows("SELECT * FROM basket") == ["b|east|x"])
    }

    @Test("A row that left the scope after the base cursor was still the store's to write")
    func leftSince() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("x")]))
        try east.read()
        let before = east.cursor
        try world.write("UPDATE basket SET store_id = 'west'")
        try east.push(east.update("basket", ["id": text("b"), "note": text("in time")]))
        #expect(try world.rows("SELECT * FROM basket") == ["b|west|in time"])
        #expect(try west.read().shown(world.plan) == ["basket:b (west,in time)"])
        #expect(try east.read().shown(world.plan) == ["basket:b evicted"])
        #expect(east.cursor.position > before.position)
        try east.push(east.update("basket", ["id": text("b"), "note": text("too late")]))
        #expect(try world.rows("SELECT * FROM basket") == ["b|west|in time"])
        #expect(try reasons(world).count == 1)
    }

    @Test("A column of another writer holds its default on insert")
    func columnWriters() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        let row: [String: Value] = ["from_store": text("east"), "to_store": text("west"), "sku": text("milk")]
        try east.push(
            east.insert("transfer", row.merging(["id": text("t1")]) { $1 }),
            east.insert("transfer", row.merging(["id": text("t2"), "received_at": int(5)]) { $1 })
        )
        try west.read()
        try west.push(
            west.update("transfer", ["id": text("t1"), "received_at": int(7)]),
            west.update("transfer", ["id": text("t1"), "sku": text("tea")])
        )
        try east.push(east.update("transfer", ["id": text("t1"), "received_at": int(1)]))
        #expect(try world.rows("SELECT id, sku, received_at FROM transfer") == ["t1|milk|7"])
        #expect(
            try reasons(world) == [
                #"transfer|["t2"]|not yours: received_at"#, #"transfer|["t1"]|not yours: sku"#,
                #"transfer|["t1"]|not yours: received_at"#,
            ]
        )
    }

    @Test("A region's rows are its stores' to write, and no other's")
    func regions() throws {
        let world = try HubWorld()
        let (east, south) = (try world.join("east"), try world.join("south", region: "south"))
        try east.push(east.insert("shelf", ["region": text("north"), "id": int(1), "name": text("top")]))
        try south.push(
            south.update("shelf", ["region": text("north"), "id": int(1), "name": text("mine")]),
            south.insert("shelf", ["region": text("north"), "id": int(2)])
        )
        #expect(try world.rows("SELECT id, name FROM shelf") == ["1|top"])
        #expect(try reasons(world).count == 2)
        #expect(try world.join("west").read().shown(world.plan) == ["shelf:north,1 (top)"])
    }

    @Test("Rows of immutable tables are not changed, and their parents not deleted")
    func immutables() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(
            east.insert("customer_order", ["id": text("o"), "store_id": text("east")]),
            east.insert("order_line", ["order_id": text("o"), "line": int(1), "sku": text("milk"), "quantity": int(2)])
        )
        try east.push(
            east.update("order_line", ["order_id": text("o"), "line": int(1), "quantity": int(9)]),
            east.delete("order_line", ["order_id": text("o"), "line": int(1)]),
            east.delete("customer_order", ["id": text("o")])
        )
        #expect(try reasons(world).map { $0.suffix(9) } == ["immutable", "immutable", "immutable"])
        #expect(try world.rows("SELECT quantity FROM order_line") == ["2"])
    }
}
