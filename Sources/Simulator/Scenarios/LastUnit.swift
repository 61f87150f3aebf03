import Replica
import Retail

/// One unit, one right, at the first store. The second store and the hub hold none; all are cut off, and all try.
///
///     minute   5 ─────────────── cut ─────────────── 40
///              store-1 sells · store-2 orders · the hub orders, by command and by SQL: at any moments
final class LastUnit: Play {
    private var told: [String: Stage.Answer] = [:]
    private var isSQLRefused = false

    private static let cake: JSONValue = [["sku": "cake", "quantity": 1_000]]

    func open(_ stage: Stage) {
        stage.goods("cake", price: 800)
        stage.ask(stage.store(0), "receive", ["lines": Self.cake])
    }

    func act(_ stage: Stage) {
        for store in 0..<2 { stage.cut(store, from: 5, until: 40) }
        stage.sometime(6...30) { [self] in
            stage.ask(stage.store(0), "sell", ["lines": Self.cake]) { self.told["sell"] = $0 }
        }
        stage.sometime(6...30) { [self] in
            stage.ask(stage.store(1), "order", ["lines": Self.cake]) { self.told["store-2"] = $0 }
        }
        stage.sometime(6...30) { [self] in
            stage.ask(stage.hub, "order", ["lines": Self.cake, "store": "store-1"]) { self.told["hub"] = $0 }
        }
        stage.sometime(6...30) { [self] in
            stage.write("an order by SQL", at: stage.hub, then: { self.isSQLRefused = $0 }) { sql in
                try sql.execute(
                    """
                    INSERT INTO customer_order(id, store_id) VALUES ('by-sql', 'store-1');
                    INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('by-sql', 1, 'cake', 1000);
                    """
                )
            }
        }
    }

    func check(_ snapshot: Snapshot) throws {
        guard let least = try snapshot.integer("SELECT min(available) FROM stock"), least < 0 else { return }
        throw Broken(expected: "never below nothing", found: "\(least) available", subject: "the last cake")
    }

    func judge(_ stage: Stage) throws {
        try stage.demand(told["sell"]?.value != nil, "the store that holds the right sells", found: "\(told)")
        for seller in ["store-2", "hub"] {
            try stage.demand(told[seller]?.refusal == .noRights, "\(seller) is told NO_RIGHTS", found: "\(told)")
        }
        try stage.demand(isSQLRefused, "SQL at the hub is refused", found: "it was taken")
        try stage.expect("one sale", "SELECT count(*) FROM sale", [["1"]], at: [stage.hub, stage.store(0)])
        try stage.expect(
            "the last cake's stock",
            "SELECT on_hand, available, overdrawn FROM stock",
            [["0", "0", "0"]],
            at: [stage.hub, stage.store(0)]
        )
        try stage.expect("no order", "SELECT count(*) FROM customer_order", [["0"]])
    }
}
