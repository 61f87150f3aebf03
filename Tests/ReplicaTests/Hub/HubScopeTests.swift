import ChangeLog
import Testing

@testable import Replica

@Suite("Rows go to the stores of their scopes")
struct HubScopeTests {
    private let row: [String: Value] = [
        "id": text("t"), "from_store": text("east"), "to_store": text("west"), "sku": text("milk"),
    ]

    @Test("A row of two stores reaches both, with every change, and leaves whom it does not name any more")
    func twoStores() throws {
        let world = try HubWorld()
        let (east, west, north) = (try world.join("east"), try world.join("west"), try world.join("north"))
        try east.push(east.insert("transfer", row))
        for author in [east, west] {
            #expect(try author.read(isComplete: true).shown(world.plan) == ["transfer:t (east,west,milk,NULL)"])
        }
        try west.push(west.update("transfer", ["id": text("t"), "received_at": int(5)]))
        #expect(try east.read().shown(world.plan) == ["transfer:t (east,west,milk,5)"])
        try east.push(east.update("transfer", ["id": text("t"), "to_store": text("north")]))
        #expect(try west.read().shown(world.plan) == ["transfer:t evicted"])
        #expect(try north.read().shown(world.plan) == ["transfer:t (east,north,milk,5)"])
        try east.push(east.update("transfer", ["id": text("t"), "sku": text("tea")]))
        #expect(try west.read().shown(world.plan) == [])
        #expect(try north.read().shown(world.plan) == ["transfer:t (east,north,tea,5)"])
    }

    @Test("A deleted row of two stores is gone at both")
    func deletedAtBoth() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("transfer", row))
        try west.read()
        try east.push(east.delete("transfer", ["id": text("t")]))
        #expect(try west.read().shown(world.plan) == ["transfer:t gone 2"])
    }

    @Test("Who stays a reader when a row changes hands keeps it: an arrival beats an eviction")
    func swappedStores() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("transfer", row))
        try east.read()
        try west.read()
        try east.push(east.update("transfer", ["id": text("t"), "from_store": text("west"), "to_store": text("east")]))
        #expect(try east.read().shown(world.plan) == ["transfer:t (west,east,milk,NULL)"])
        #expect(try west.read().shown(world.plan) == ["transfer:t (west,east,milk,NULL)"])
        try world.join("other").push()
        #expect(try world.rows("SELECT count(*) FROM linli_feed WHERE kind = 1") == ["0"])
    }

    @Test("Rows of the hub's own scope reach nobody")
    func hubScope() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO ledger VALUES (1, 'private')")
        #expect(try east.read().shown(world.plan) == [])
    }

    @Test("A row that names no store reaches nobody until it does")
    func noStore() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO basket(id, store_id) VALUES ('b', NULL)")
        #expect(try east.read().shown(world.plan) == [])
        try world.write("UPDATE basket SET store_id = 'east'")
        #expect(try east.read().shown(world.plan) == ["basket:b (east,NULL)"])
    }
}
