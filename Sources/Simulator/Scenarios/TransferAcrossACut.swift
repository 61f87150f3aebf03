import Retail

/// Goods go from the first store to the second, each of them cut off when it does its part; one unit is missing.
///
///     minute   5 ── store-1 cut: sends three ── 20     25 ── store-2 cut: takes two in ── 50
final class TransferAcrossACut: Play {
    private var sent: String?
    private var received: Stage.Answer?

    func open(_ stage: Stage) {
        stage.goods("tea", price: 1_000)
        stage.ask(stage.store(0), "receive", ["lines": [["sku": "tea", "quantity": 9_000]]])
    }

    func act(_ stage: Stage) {
        stage.cut(0, from: 5, until: 20)
        stage.cut(1, from: 25, until: 50)
        let goods: JSONValue = ["to": "store-2", "lines": [["sku": "tea", "quantity": 3_000]]]
        stage.sometime(6...15) { [self] in
            stage.ask(stage.store(0), "transfer-out", goods) { answer in
                guard let transfer = answer.value?["transfer"]?.text else { return }
                self.sent = transfer
                stage.sometime(26...40) { self.receive(transfer, stage) }
            }
        }
    }

    private func receive(_ transfer: String, _ stage: Stage) {
        let goods: JSONValue = ["transfer": .text(transfer), "lines": [["sku": "tea", "quantity": 2_000]]]
        // The goods are there before the word of them, should that be late.
        stage.ask(stage.store(1), "transfer-in", goods, patience: [.notFound]) { self.received = $0 }
    }

    func judge(_ stage: Stage) throws {
        guard let sent else { return try stage.demand(false, "goods are sent", found: "they are not") }
        try stage.demand(received?.value != nil, "they are taken in", found: "\(String(describing: received))")
        try stage.expect(
            "one mismatch, with both stores",
            "SELECT id, from_store, sent, to_store, received, difference FROM exception_transfer_mismatch",
            [[sent, "store-1", "3000", "store-2", "2000", "-1000"]]
        )
        try stage.expect(
            "nothing else is lost",
            "SELECT store_id, on_hand, available FROM stock ORDER BY store_id",
            [["store-1", "6000", "6000"], ["store-2", "2000", "2000"]],
            at: [stage.hub]
        )
    }
}
