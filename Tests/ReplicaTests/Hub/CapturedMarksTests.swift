import ChangeLog
import Testing

@testable import Replica

/// Copies of one replica that hand in the same captured writes.
@Suite("What copies bring along") struct CapturedMarksTests {
    private static let cola: [String: Value] = ["store_id": text("east"), "sku": text("cola")]

    private func mark(_ salt: UInt64) -> CaptureMark { CaptureMark(milliseconds: 1_700_000_000_000, salt: salt) }

    private func sale(_ author: Author, _ units: Int64, _ mark: CaptureMark?) throws -> Operation {
        var row = Self.cola
        row["on_hand"] = .integer(-units)
        var operation = try author.update("stock", row)
        operation.mark = mark
        return operation
    }

    private func world() throws -> (HubWorld, Author) {
        let world = try HubWorld()
        let shop = try world.join("east")
        var row = Self.cola
        row["on_hand"] = .integer(100)
        try shop.push(shop.insert("stock", row))
        return (world, shop)
    }

    private func onHand(_ world: HubWorld) throws -> [String] { try world.rows("SELECT on_hand FROM stock") }

    @Test("is counted once, however each of them sealed it, and also after the hub's restart")
    func once() throws {
        let (world, shop) = try world()
        // The original sealed the common 1 with its own 2.
        try shop.push(sale(shop, 1, mark(1)), sale(shop, 2, mark(2)))
        for (isRestarted, own) in [(false, UInt64(10)), (true, 20)] {
            let copy = try world.join("east")
            if isRestarted { try world.restart() }
            // Each copy sealed it with 10 or 20; then the first tells it again by itself.
            try copy.push(sale(copy, 1, mark(1)), sale(copy, Int64(own), mark(own)))
            try copy.push(sale(copy, 1, mark(1)))
        }
        #expect(try onHand(world) == ["67"])
    }

    @Test("is taken from the copy that comes first, and not from the original that comes later")
    func copyFirst() throws {
        let (world, shop) = try world()
        let copy = try world.join("east")
        try copy.push(sale(copy, 1, mark(1)), sale(copy, 10, mark(10)))
        try shop.push(sale(shop, 1, mark(1)), sale(shop, 2, mark(2)))
        #expect(try onHand(world) == ["87"])
    }

    @Test("is known by its mark although nothing was left of it")
    func idle() throws {
        let (world, shop) = try world()
        var writer = SegmentWriter()
        let kept = try sale(shop, 2, mark(2))
        writer.write(kept, shape: world.plan.tables[kept.table].shape)
        writer.begin(mark(1))
        let changeset = try shop.changeset(writer.finish(), operations: 1)
        #expect(try world.hub.merge([changeset], nowMilliseconds: world.now).outcomes.count == 1)
        let copy = try world.join("east")
        try copy.push(sale(copy, 1, mark(1)), sale(copy, 10, mark(10)))
        #expect(try onHand(world) == ["88"])
    }

    @Test("is never looked for in what the same site, or another store, wrote, nor in what has no mark")
    func others() throws {
        let (world, shop) = try world()
        try shop.push(sale(shop, 1, mark(1)))
        try shop.push(sale(shop, 1, mark(1)))
        let copy = try world.join("east")
        try copy.push(sale(copy, 1, nil))
        // Where a store has one site alone, nothing is looked for at all.
        _ = try world.join("west")
        let west = try world.join("west")
        var row: [String: Value] = ["store_id": text("west"), "sku": text("cola"), "on_hand": .integer(5)]
        var insert = try west.insert("stock", row)
        insert.mark = mark(1)
        try west.push(insert)
        row["on_hand"] = .integer(5)
        #expect(try onHand(world) == ["97", "5"])
    }
}
