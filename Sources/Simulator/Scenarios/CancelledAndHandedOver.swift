import Retail

/// Two orders that are paid. The store hands the one over while it is cut off and its clock is wrong; the hub cancels
/// both, and gives the money back.
///
///     minute   5 ─────────────── cut ─────────────── 40
///              the store hands one over · the hub cancels and refunds each: at any moments
final class CancelledAndHandedOver: Play {
    private var orders: [String] = []
    private var handedOver: Stage.Answer?
    private var cancelled: [Bool] = [false, false]
    private var refunded: [Bool] = [false, false]

    func open(_ stage: Stage) {
        stage.goods("tea", price: 1_000)
        stage.ask(stage.store(0), "receive", ["lines": [["sku": "tea", "quantity": 10_000]]])
        stage.at(minute: 2) { [self] in
            for _ in 0..<2 {
                stage.ask(stage.hub, "order", ["lines": [["sku": "tea", "quantity": 1_000]]]) { placed in
                    guard let order = placed.value?["order"] else { return }
                    self.orders.append(order.text ?? "")
                    stage.ask(stage.hub, "pay", ["order": order, "amount": 1_000, "method": "card"])
                }
            }
        }
    }

    func act(_ stage: Stage) {
        stage.premise("the store knows both, paid", "SELECT count(*) FROM customer_order WHERE paid = due", [["2"]])
        guard orders.count == 2 else { return }
        stage.cut(0, from: 5, until: 40)
        let clock = stage.store(0).clock
        stage.at(minute: 5) { [hours = stage.chance.between(-30...30)] in
            let store = stage.store(0)
            store.clock = clock
            store.clock.jump(by: hours * 3_600_000, at: stage.world.now)
        }
        stage.at(minute: 50) { stage.store(0).clock = clock }
        stage.sometime(6...30) { [self] in
            stage.ask(stage.store(0), "hand-over", ["order": .text(orders[0])]) { self.handedOver = $0 }
        }
        for place in 0..<2 {
            stage.sometime(6...30) { [self] in
                let order: JSONValue = ["order": .text(orders[place])]
                stage.ask(stage.hub, "cancel", order) { answer in
                    guard answer.value != nil else { return }
                    self.cancelled[place] = true
                    stage.ask(stage.hub, "refund", order) { self.refunded[place] = $0.value != nil }
                }
            }
        }
    }

    func judge(_ stage: Stage) throws {
        let isTaken = handedOver?.value != nil
        // The one is refused where the other was heard of first.
        try stage.demand(isTaken || cancelled[0], "it is cancelled or handed over", found: "neither was taken")
        try stage.demand(cancelled[1] && refunded == cancelled, "what is cancelled is refunded", found: "\(refunded)")
        if stage.isCalm { try stage.demand(isTaken && cancelled[0], "both are taken", found: "\(cancelled)") }
        try stage.expect(
            "handed over everywhere, and the cancellation kept",
            "SELECT status, cancelled_at IS NOT NULL FROM customer_order WHERE id = '\(orders[0])'",
            [[isTaken ? "handed_over" : "cancelled", cancelled[0] ? "1" : "0"]]
        )
        try stage.expect(
            "the other one is cancelled",
            "SELECT status FROM customer_order WHERE id = '\(orders[1])'",
            [["cancelled"]]
        )
        try stage.expect(
            "exactly one exception, of what went twice",
            "SELECT id FROM exception_refunded_but_handed_over",
            isTaken && cancelled[0] ? [[orders[0]]] : []
        )
        let left = isTaken ? "9000" : "10000"
        try stage.expect(
            "stock falls once",
            "SELECT on_hand, available, overdrawn FROM stock",
            [[left, left, "0"]]
        )
        try stage.expect(
            "what nobody took is given back once, by the store",
            "SELECT order_id, store_id FROM order_release ORDER BY order_id",
            (isTaken ? [orders[1]] : orders.sorted()).map { [$0, "store-1"] }
        )
    }
}
