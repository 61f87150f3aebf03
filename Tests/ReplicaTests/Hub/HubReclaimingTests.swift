import ChangeLog
import Testing

@testable import Replica

@Suite("Rights of a store that nobody hears of")
struct HubReclaimingTests {
    private let key: [String: Value] = ["store_id": text("east"), "sku": text("m")]

    private func spend(_ author: Author, _ units: Int64) throws {
        try author.push(author.update("stock", key.merging(["available": int(-units)]) { $1 }))
    }

    private func rights(_ world: HubWorld) throws -> [String] {
        try world.checkRights()
        return try world.rows(
            "SELECT node, units FROM linli_rights WHERE \"column\" = 'available' AND units > 0 ORDER BY node"
        )
    }

    @Test("become the hub's, its site is fenced, and what it had promised is paid by the hub or named once")
    func reclaimed() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("stock", key.merging(["available": int(10)]) { $1 }))
        let done = try world.hub.reclaimAll(of: east.store, nowMilliseconds: world.now)
        #expect(done == Reclaiming(wasFenced: true, rows: 1, units: 10))
        #expect(try rights(world) == ["hub|10"])
        #expect(try world.hub.stores().first?.fenced.count == 1)
        // Again: nothing more.
        #expect(try world.hub.reclaimAll(of: east.store, nowMilliseconds: world.now) == Reclaiming())
        // The hub promises eight; the store comes back with five of its own.
        try world.write("UPDATE stock SET available = available - 8")
        try spend(east, 5)
        #expect(try rights(world) == [])
        #expect(try world.rows("SELECT available FROM stock") == ["0"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == ["no rights"])
        #expect(try world.rows("SELECT units FROM linli_shortfall") == ["3"])
    }

    @Test("of lost disks and of the present one come together; a stranger has none")
    func all() throws {
        let world = try HubWorld()
        let first = try world.join("east")
        try first.push(first.insert("stock", key.merging(["available": int(10)]) { $1 }))
        let second = try world.join("east")
        try second.read()
        try second.push(second.update("stock", key.merging(["available": int(4)]) { $1 }))
        #expect(try rights(world).count == 2)
        #expect(
            try world.hub.reclaimAll(of: first.store, nowMilliseconds: world.now)
                == Reclaiming(wasFenced: true, rows: 2, units: 14)
        )
        #expect(try rights(world) == ["hub|14"])
        let stranger = try #require(NodeName("nobody"))
        #expect(try world.hub.reclaimAll(of: stranger, nowMilliseconds: world.now) == nil)
        // It joins again, and gets rights like any other.
        let third = try world.join("east")
        try third.read()
        try world.write("INSERT INTO linli_grant VALUES ('stock', '[\"east\",\"m\"]', 'available', 'east', 5, 0)")
        #expect(try rights(world) == ["east|5", "hub|9"])
    }
}
