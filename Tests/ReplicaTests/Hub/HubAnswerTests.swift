import ChangeLog
import Testing

@testable import Replica

@Suite("A site hears of its own writes exactly when it must")
struct HubAnswerTests {
    @Test("A write that lost is answered with what stands, though it moved nothing in the row's scope")
    func losingWriteIsAnswered() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a"), "text": text("first")]))
        try east.read()
        try west.read()
        world.now += 1000
        let late = try west.update("board", ["k": text("a"), "text": text("late")])
        world.now -= 500
        let early = try east.update("board", ["k": text("a"), "text": text("early")])
        try west.push(late)
        try east.read()
        try east.push(early)
        let round = try east.read()
        #expect(round.shown(world.plan) == ["board:a (late,NULL,NULL,NULL,NULL,0,NULL)"])
        #expect(round.checkpoint?.included == ChangesetNumber(2))
    }

    @Test("A refused write is answered with the row, or with its absence")
    func refusedWriteIsAnswered() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO product VALUES ('milk', 'Milk', 500)")
        try east.read()
        try east.push(
            east.update("product", ["sku": text("milk"), "price": int(1)]),
            east.insert("product", ["sku": text("tea"), "price": int(1)])
        )
        #expect(try east.read().shown(world.plan) == ["product:milk (Milk,500)", "product:tea gone 0"])
    }

    @Test("An own write in the store's scope comes down no more, a bootstrap excepted")
    func exactEchoIsSuppressed() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("board", ["k": text("a")]))
        try east.read()
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("x")]))
        let round = try east.read()
        #expect(round.shown(world.plan) == [])
        #expect(round.checkpoint?.included == ChangesetNumber(2))
        #expect(try east.read(isComplete: true).shown(world.plan).contains("basket:b (east,x)"))
    }

    @Test("Somebody else's change after the round began makes the own write come down")
    func foreignChangeEndsSuppression() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("x")]))
        try east.read()
        try world.write("UPDATE basket SET note = 'hub'")
        world.now += 10_000
        try east.push(east.update("basket", ["id": text("b"), "note": text("mine")]))
        #expect(try east.read().shown(world.plan) == ["basket:b (east,mine)"])
        try east.push(east.update("basket", ["id": text("b"), "note": text("again")]))
        #expect(try east.read().shown(world.plan) == [])
    }

    @Test("So it does when the own write was a delete and an insert")
    func foreignChangeEndsSuppressionOfANewLife() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("x")]))
        try east.read()
        try world.write("UPDATE basket SET note = 'hub'")
        world.now += 10_000
        try east.push(
            east.delete("basket", ["id": text("b")]),
            east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("mine")], life: 3)
        )
        #expect(try east.read().shown(world.plan) == ["basket:b (east,mine) life 3"])
    }

    @Test("A row that left the scope and came back comes down, whoever brought it")
    func scopeChangeEndsSuppression() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east")]))
        try east.read()
        let before = east.cursor
        try east.push(east.update("basket", ["id": text("b"), "store_id": text("west")]))
        #expect(try east.read().shown(world.plan) == ["basket:b evicted"])
        // Written before the eviction was seen, while the row was still there.
        let after = east.cursor
        east.cursor = before
        try east.push(east.update("basket", ["id": text("b"), "store_id": text("east")]))
        east.cursor = after
        #expect(try east.read().shown(world.plan) == ["basket:b (east,NULL)"])
    }
}
