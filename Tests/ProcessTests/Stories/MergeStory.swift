import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Three stores cut off from each other")
    struct MergeStory {
        private static let stores = ["ada", "bei", "cui"]

        @Test("write one row, and every merge rule gives one result in all orders of their return")
        func allOrders() async throws {
            try await World.run(stores: Self.stores, schema: Schemas.rules) { world in
                for order in Self.orders {
                    let id = Value("row-" + order.joined(separator: "-"))
                    try world.till("hub").write("INSERT INTO thing(id, high, low, sum) VALUES (?, 5, 5, 100)", id)
                    try world.network.settle()
                    for store in Self.stores { try world.cut(store) }
                    // In this order in time: cui's word is the last, ada's beginning the first.
                    for (place, store) in Self.stores.enumerated() {
                        WallClock.awaitNextMillisecond()
                        let number = Int64(place)
                        try world.till(store).write(
                            "UPDATE thing SET said = ?, begun = ?, high = ?, low = ?, sum = sum + ? WHERE id = ?",
                            Value(store),
                            .integer(1_000 + number),
                            .integer([7, 9, 8][place]),
                            .integer([3, 1, 2][place]),
                            .integer([10, -30, 5][place]),
                            id
                        )
                    }
                    for store in order {
                        try world.heal(store)
                        try world.network.settle([store])
                    }
                    try world.network.settle()
                    let row: [Value] = [Value("cui"), 1_000, 9, 1, 85]
                    for node in world.nodes {
                        let found = try world.till(node).rows(
                            "SELECT said, begun, high, low, sum FROM thing WHERE id = ?",
                            id
                        )
                        #expect(found == [row], "at \(node) after \(order)")
                    }
                    let lost = try world.till("hub").rows(
                        "SELECT lost FROM linli_conflict WHERE \"key\" = json_array(?) AND \"column\" = 'said' ORDER BY 1",
                        id
                    )
                    #expect(lost == [[Value("\"ada\"")], [Value("\"bei\"")]], "after \(order)")
                }
                try world.expectAgreement()
            }
        }

        @Test("delete, change and remake one row, and agree about it")
        func lives() async throws {
            try await World.run(stores: Self.stores, schema: Schemas.rules) { world in
                for id in ["gone", "again", "kept"] {
                    try world.till("hub").write("INSERT INTO thing(id, said, sum) VALUES (?, 'first', 7)", Value(id))
                }
                try world.network.settle()
                for store in Self.stores { try world.cut(store) }
                try world.till("ada").write("DELETE FROM thing WHERE id IN ('gone', 'again')")
                try world.till("ada").write("INSERT INTO thing(id, said, sum) VALUES ('again', 'anew', 1)")
                WallClock.awaitNextMillisecond()
                try world.till("bei").write("UPDATE thing SET said = 'late', sum = sum + 100")
                try world.till("cui").write("UPDATE thing SET sum = sum + 1000 WHERE id = 'kept'")
                for store in ["cui", "bei", "ada"] {
                    try world.heal(store)
                    try world.network.settle([store])
                }
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT id, said, sum FROM thing ORDER BY id",
                    [[Value("again"), Value("anew"), 1], [Value("kept"), Value("late"), 1107]]
                )
            }
        }

        private static var orders: [[String]] {
            stores.flatMap { first in
                stores.filter { $0 != first }.map { second in
                    [first, second] + stores.filter { $0 != first && $0 != second }
                }
            }
        }
    }
}
