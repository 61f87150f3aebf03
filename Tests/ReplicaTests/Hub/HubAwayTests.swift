import ChangeLog
import Testing

@testable import Replica

@Suite("Rights on the rows of a store that gives back what the hub lost")
struct HubAwayTests {
    private let stock: [String: Value] = ["store_id": text("east"), "sku": text("milk")]

    @Test("stay with the hub until the store has given all of it: what an order was paid with is there to pay it again")
    func paidAgain() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("stock", stock.merging(["shared": int(10)]) { $1 }))
        try east.read()
        let backup = try world.backUp()
        // East grants the hub all but one, and the hub spends nearly all of it.
        let grant = try east.changeset([try east.grant("stock", stock, "shared", to: "hub", 9)])
        _ = try world.hub.merge([grant], nowMilliseconds: world.now)
        try world.write("INSERT INTO board(k, text) VALUES ('order', 'of nine')")
        let round = try east.read()
        try world.restore(backup)
        let hub = world.hub
        let facts = east.facts(tag: nil)
        guard
            case .opened(let opening) = try hub.openSession(
                facts,
                isPresentSiteOnline: false,
                nowMilliseconds: world.now
            )
        else {
            Issue.record("refused")
            return
        }
        #expect(opening.offersAfter != nil)
        #expect(round.chunks.contains { $0.rows > 0 })
        let held = "SELECT node, units FROM linli_rights WHERE units > 0 ORDER BY node"
        _ = try hub.merge([grant], nowMilliseconds: world.now)
        #expect(try world.rows(held) == ["east|1", "hub|9"])
        // When that is over the hub's share is what the schema says.
        try hub.endOffers(of: east.site, nowMilliseconds: world.now)
        try world.write("UPDATE stock SET shared = shared - 1 WHERE sku = 'milk'")
        #expect(try world.rows(held) == ["east|7", "hub|2"])
        try world.checkRights()
    }
}
