import ChangeLog
import Testing

@testable import Replica

@Suite("An effect stands with its cause")
struct HubEffectTests {
    private func order(_ east: Author) throws {
        try east.push(
            east.insert("stock", ["store_id": text("east"), "sku": text("bag"), "on_hand": int(10)]),
            east.insert("customer_order", ["id": text("o"), "store_id": text("east")])
        )
        try east.read()
    }

    @Test("A milestone that was set already takes its effect with it")
    func firstSetTwice() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try order(east)
        let bag: [String: Value] = ["store_id": text("east"), "sku": text("bag"), "on_hand": int(-1)]
        try east.push(
            east.update("customer_order", ["id": text("o"), "ready_at": int(5)]),
            east.update("stock", bag, cause: 0)
        )
        #expect(try world.rows("SELECT on_hand FROM stock") == ["9"])
        // A copy of the machine did the same, earlier.
        world.now -= 1000
        let copy = Author(world, store: east.store, site: east.site)
        copy.cursor = east.cursor
        copy.number = east.number
        copy.hash = east.hash
        try copy.push(
            copy.update("customer_order", ["id": text("o"), "ready_at": int(4)]),
            copy.update("stock", bag, cause: 0)
        )
        #expect(try world.rows("SELECT on_hand FROM stock") == ["9"])
        #expect(try world.rows("SELECT ready_at FROM customer_order") == ["4"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == ["effect"])
    }

    @Test("An insert of a taken key takes its effects with it")
    func takenKey() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]))
        try west.push(
            west.insert("board", ["k": text("a")]),
            west.insert("board", ["k": text("effect")], cause: 0),
            west.update("board", ["k": text("effect"), "text": text("of the effect")], cause: 1)
        )
        #expect(try world.rows("SELECT k FROM board") == ["a"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == ["effect", "effect"])
        #expect(try west.read().shown(world.plan).contains("board:effect gone 0"))
    }

    @Test("A refused cause takes its effects with it")
    func refusedCause() throws {
        let world = try HubWorld()
        let (east, _) = (try world.join("east"), try world.join("west"))
        try east.push(
            east.insert("basket", ["id": text("b"), "store_id": text("west")]),
            east.insert("board", ["k": text("effect")], cause: 0)
        )
        #expect(try world.rows("SELECT k FROM board") == [])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == ["not yours", "effect"])
    }

    @Test("Effects of a lost or repeated delete are dropped, those on rows that are gone without a word")
    func lostDelete() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]), east.insert("board", ["k": text("b"), "n": int(0)]))
        try east.read()
        try west.read()
        try east.push(
            east.delete("board", ["k": text("a")]),
            east.update("board", ["k": text("b"), "n": int(1)], cause: 0)
        )
        try west.push(
            west.delete("board", ["k": text("a")]),
            west.update("board", ["k": text("b"), "n": int(1)], cause: 0)
        )
        #expect(try world.rows("SELECT n FROM board") == ["1"])
    }
}
