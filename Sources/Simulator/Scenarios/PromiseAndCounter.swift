import Retail

/// Of four units the hub may promise one. It does so while the store, cut off, sells all four over the counter.
///
///     minute   5 ────── cut ────── 40
///              the hub orders · the store sells: at any moments
final class PromiseAndCounter: Play {
    private var placed: Stage.Answer?
    private var sold: Stage.Answer?

    func open(_ stage: Stage) {
        stage.goods("cake", price: 800)
        stage.ask(stage.store(0), "receive", ["lines": [["sku": "cake", "quantity": 4_000]]])
    }

    func act(_ stage: Stage) {
        stage.premise("the hub may promise one", "SELECT available FROM linli_held_stock", [["1000"]])
        stage.cut(0, from: 5, until: 40)
        stage.sometime(6...30) { [self] in
            stage.ask(stage.hub, "order", ["lines": [["sku": "cake", "quantity": 1_000]]]) { self.placed = $0 }
        }
        stage.sometime(6...30) { [self] in
            stage.ask(stage.store(0), "sell", ["lines": [["sku": "cake", "quantity": 4_000]]]) { self.sold = $0 }
        }
    }

    func judge(_ stage: Stage) throws {
        let receipt = sold?.value?["receipt"]?.text
        try stage.demand(receipt != nil, "the counter sells", found: "\(String(describing: sold))")
        let shortfalls = "SELECT subject, order_id, receipt, short FROM exception_shortfall"
        switch placed {
        case .done(let order):
            try stage.expect(
                "both stand",
                "SELECT on_hand, available, overdrawn FROM stock",
                [["0", "0", "1000"]]
            )
            try stage.expect(
                "exactly one shortfall, which names the order and the receipt",
                shortfalls,
                [["store-1/cake", order["order"]?.text ?? "", receipt ?? "", "1000"]]
            )
        case .refused(let error) where error.code == .noRights && !stage.isCalm:
            // The hub heard of the sale first.
            try stage.expect("nothing is short", shortfalls, [])
        default: try stage.demand(false, "the hub promises what it may", found: "\(String(describing: placed))")
        }
    }
}
