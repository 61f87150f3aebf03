import ChangeLog
import Testing

@testable import Replica

/// Two copies of one replica that bring along the same writes.
@Suite("What copies bring along") struct CopiedBodiesTests {
    private func count(_ author: Author) throws -> Operation {
        try author.insert("stock", ["store_id": text("east"), "sku": text("cola"), "on_hand": .integer(5)])
    }

    @Test("counts once at the hub, also after the hub's restart; what each wrote itself counts too")
    func once() throws {
        let world = try HubWorld()
        let shop = try world.join("east")
        try shop.push(count(shop))
        let shared = try shop.update(
            "stock",
            ["store_id": text("east"), "sku": text("cola"), "on_hand": .integer(-2)]
        )
        world.now += 600_000
        for (isRestarted, own) in [(false, Int64(-1)), (true, -10)] {
            let copy = try world.join("east")
            try copy.push(shared)
            if isRestarted { try world.restart() }
            try copy.push(
                copy.update("stock", ["store_id": text("east"), "sku": text("cola"), "on_hand": .integer(own)])
            )
        }
        #expect(try world.rows("SELECT on_hand FROM stock") == ["-8"])
    }
}
