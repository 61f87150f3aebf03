import ChangeLog
import Testing

@testable import Replica

@Suite("Stranded rights for which somebody at the store vouches")
struct HubWitnessTests {
    @Test("are the hub's once the store's present site has seen to their row, and not by what its lost disk wrote")
    func counted() throws {
        let world = try HubWorld()
        func basket(_ author: Author, _ id: String) throws {
            try author.push(author.insert("basket", ["id": text(id), "store_id": text("east")]))
        }
        func release(seenBy id: String) throws -> [Int64] {
            try world.hub.release(
                [
                    RightsWitness(
                        store: try #require(NodeName("east")),
                        rights: .init("stock", [text("east"), text("m")]),
                        seen: .init("basket", [text(id)])
                    )
                ],
                nowMilliseconds: world.now
            )
        }
        func units(_ holder: String) throws -> [String] {
            try world.rows(
                "SELECT units FROM linli_rights WHERE \"column\" = 'available' AND node GLOB '\(holder)' AND units > 0"
            )
        }
        let old = try world.join("east")
        try old.push(
            old.insert("stock", ["store_id": text("east"), "sku": text("m"), "available": int(10)])
        )
        try basket(old, "before")
        #expect(try release(seenBy: "before") == [0], "no disk is lost")
        let new = try world.join("east")
        #expect(try units("east#*") == ["10"])
        #expect(try release(seenBy: "before") == [0])
        #expect(try release(seenBy: "nothing") == [0])
        try basket(new, "after")
        #expect(try release(seenBy: "after") == [10])
        #expect(try units("hub") == ["10"])
        #expect(try release(seenBy: "after") == [0])
        try world.checkRights()
    }
}
