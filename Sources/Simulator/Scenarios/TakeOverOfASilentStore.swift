import ChangeLog
import Replica
import Retail

/// A store falls silent with thirty open orders. By policy the others of its region take over those that they can
/// promise; it comes back having handed over two of them, and one of the two was handed over by its new store as well.
///
///     minute   5 ───────────────── store-1 cut ───────────────── 60
///              6 to 14: it hands over two · 15: the policy · 40: one of them again, where it is by then
final class TakeOverOfASilentStore: Play {
    private static let orders = 30
    private var placed: [String] = []
    /// Whoever was told that an order is handed over, by order.
    private var handOvers: [String: [String]] = [:]

    func open(_ stage: Stage) {
        stage.goods("tea", price: 1_000)
        // Of the east: store-1, store-3 and store-5. What store-2 has is of the west, and stays there.
        for (store, units) in [(0, 120), (1, 100), (2, 20), (4, 10)] as [(Int, Int64)] {
            stage.ask(stage.store(store), "receive", ["lines": [["sku": "tea", "quantity": .integer(units * 1_000)]]])
        }
        stage.ask(stage.hub, "set-take-over", ["silent_seconds": 600])
        stage.at(minute: 2) { [self] in
            for _ in 0..<Self.orders {
                let order: JSONValue = ["lines": [["sku": "tea", "quantity": 1_000]], "store": "store-1"]
                stage.ask(stage.hub, "order", order) { answer in
                    guard let order = answer.value?["order"]?.text else { return }
                    self.placed.append(order)
                }
            }
        }
    }

    func act(_ stage: Stage) {
        stage.premise("the store has its orders", "SELECT count(*) FROM customer_order", [["\(Self.orders)"]], at: 0)
        guard placed.count == Self.orders else { return }
        stage.cut(0, from: 5, until: 60)
        for order in placed.prefix(2) { stage.sometime(6...14) { [self] in handOver(order, at: "store-1", stage) } }
        stage.at(minute: 40) { [self] in
            do {
                let place = "SELECT store_id FROM customer_order WHERE id = '\(placed[0])'"
                // Its customer goes where the hub says; to nobody while it stays.
                guard let store = try stage.rows(place, at: stage.hub).first?.first, store != "store-1" else { return }
                handOver(placed[0], at: store, stage)
            } catch { stage.unreadable(error) }
        }
    }

    private func handOver(_ order: String, at name: String, _ stage: Stage) {
        guard let store = stage.neighbourhood.stores.first(where: { $0.name.text == name }) else { return }
        // Where the order has not come yet its customer waits, unless it moved on.
        stage.ask(store, "hand-over", ["order": .text(order), "paid": 1_000]) { answer in
            if answer.value != nil { self.handOvers[order, default: []].append(name) }
        }
    }

    func judge(_ stage: Stage) throws {
        let hub = [stage.hub]
        try stage.demand(
            try stage.rows("SELECT id FROM customer_order ORDER BY id", at: stage.hub) == placed.sorted().map { [$0] },
            "every order stands",
            found: "another list"
        )
        try stage.expect(
            "no store of another region has one",
            """
            SELECT o.id FROM customer_order o JOIN store s ON s.store_id = o.store_id WHERE s.region <> 'east' UNION ALL
            SELECT t.order_id FROM take_over t JOIN store s ON s.store_id = t.to_store WHERE s.region <> 'east'
            """,
            [],
            at: hub
        )
        try stage.expect(
            "a store takes an order over once, and none comes back",
            """
            SELECT order_id, to_store FROM take_over GROUP BY order_id, to_store HAVING count(*) > 1 UNION ALL
            SELECT t.order_id, t.to_store FROM take_over t JOIN take_over f ON f.order_id = t.order_id
            AND f.from_store = t.to_store AND f.taken_over_at <= t.taken_over_at
            """,
            [],
            at: hub
        )
        try judgeHandOvers(stage)
        guard stage.isCalm else { return }
        let moved = try stage.rows("SELECT count(*) FROM take_over", at: stage.hub)
        try stage.demand((9...28).contains(Int(moved[0][0]) ?? 0), "some can be promised, not all", found: "\(moved)")
        try stage.demand(
            handOvers[placed[0]]?.count == 2 && handOvers[placed[1]] == ["store-1"],
            "two were handed over, one of them twice",
            found: "\(handOvers)"
        )
    }

    /// Every contradiction is one exception, and nothing else is.
    private func judgeHandOvers(_ stage: Stage) throws {
        var (twice, elsewhere): ([[String]], [[String]]) = ([], [])
        for order in placed.sorted() {
            let stores = handOvers[order] ?? []
            let there = try stage.rows(
                "SELECT store_id FROM hand_over WHERE order_id = '\(order)' ORDER BY store_id",
                at: stage.hub
            )
            try stage.demand(there == stores.sorted().map { [$0] }, "who handed \(order) over", found: "\(there)")
            let place = try stage.rows("SELECT store_id FROM customer_order WHERE id = '\(order)'", at: stage.hub)
            if stores.count > 1 { twice.append([order]) }
            if stores.count == 1, place != [stores] { elsewhere.append([order]) }
        }
        let hub = [stage.hub]
        try stage.expect("two hand-overs", "SELECT id FROM exception_handed_over_twice ORDER BY id", twice, at: hub)
        try stage.expect(
            "handed over by whom it was taken from",
            "SELECT id FROM exception_handed_over_elsewhere ORDER BY id",
            elsewhere,
            at: hub
        )
    }
}
