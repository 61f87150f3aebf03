import ChangeLog
import Testing

@testable import Replica

@Suite("A store's replica")
struct StoreThinTests {
    @Test("One write is sealed, goes up, and comes back without a trace")
    func oneWrite() throws {
        let shop = try StoreShop()
        #expect(try shop.seal() == nil)
        try shop.apply(1)
        try shop.sell("INSERT INTO item(id, store_id, note, n) VALUES ('a', 'nanjing-1', 'x', 3)")
        #expect(try shop.replica.outboxCount() == 1)
        let header = try #require(try shop.seal())
        #expect(header.number == ChangesetNumber(1) && header.operations == 1 && header.previous == .none)
        #expect(try shop.replica.outboxCount() == 1)
        let parts = try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1)
        #expect(parts.map(\.header) == [header])
        try shop.replica.acknowledged(through: ChangesetNumber(1))
        #expect(try shop.replica.outboxCount() == 0)
        try shop.stage(
            [
                shop.row(
                    "item", [.text("b")],
                    [.text("nanjing-1"), .text("y"), .integer(5), .null, .null, .null, .integer(1), .integer(0)], at: 3)
            ], upTo: 3)
        let applied = try shop.apply(4, included: 1)
        #expect(applied.cursor.position == Position(4) && applied.safe == Position(4) && !applied.isLight)
        #expect(try shop.see("SELECT id, note, price, n FROM item") == ["a|x|NULL|3", "b|y|5|1"])
    }
}
