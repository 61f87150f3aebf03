import Replica
import Retail

/// Tea costs 10. A list that raises it to 12 from a moment on is at the store before the cut; while the store is cut off
/// the moment comes, and the hub raises it to 15 and takes half off, in one transaction.
///
///     minute   3: the list · 5 ───────────── cut ───────────── 50
///                                20: 12 · 30: 15, half off          the store sells every two minutes, until 80
final class PriceInAPartition: Play {
    private struct Sale {
        let minute: Double
        let id: String
        let total: Int64
    }

    private static let raiseMinute = 20.0
    private var raisedAt: Int64 = 0
    private var sales: [Sale] = []
    private var isOwnPriceRefused = false
    private var ownList: Stage.Answer?

    func open(_ stage: Stage) {
        stage.goods("tea", price: 1_000)
        stage.ask(stage.store(0), "receive", ["lines": [["sku": "tea", "quantity": 200_000]]])
        raisedAt = stage.hub.wallMilliseconds + Int64(Self.raiseMinute * 60_000)
        stage.at(minute: 3) { [self] in stage.ask(stage.hub, "set-prices", list(1_200)) }
    }

    private func list(_ amount: Int64) -> JSONValue {
        [
            "list": "autumn", "valid_from": .integer(raisedAt),
            "prices": [["sku": "tea", "amount": .integer(amount)]],
        ]
    }

    func act(_ stage: Stage) {
        stage.cut(0, from: 5, until: 50)
        let store = stage.store(0)
        for minute in stride(from: 6.0, through: 80, by: 2) {
            stage.at(minute: minute) { [self] in
                stage.ask(store, "sell", ["lines": [["sku": "tea", "quantity": 1_000]]]) { answer in
                    guard let sale = answer.value?["sale"]?.text, let total = answer.value?["total"]?.integer else {
                        return
                    }
                    self.sales.append(Sale(minute: minute, id: sale, total: total))
                }
            }
        }
        let isTorn = stage.world.planted == .tornList
        let raise = "UPDATE price SET amount = 1500 WHERE sku = 'tea';"
        let half = "INSERT OR IGNORE INTO markdown(id, sku, percent) VALUES ('half', 'tea', 50);"
        stage.at(minute: 30) {
            stage.write("15, half off", at: stage.hub) { try $0.execute(isTorn ? raise : raise + half) }
        }
        if isTorn { stage.at(minute: 60) { stage.write("half off", at: stage.hub) { try $0.execute(half) } } }
        stage.sometime(6...70) { [self] in
            stage.write("a price of its own", at: store, then: { self.isOwnPriceRefused = $0 }) { sql in
                try sql.execute("UPDATE price SET amount = 1 WHERE sku = 'tea'")
            }
            stage.ask(store, "set-prices", list(1)) { self.ownList = $0 }
        }
    }

    func check(_ snapshot: Snapshot) throws {
        let row = try snapshot.sql.statement(
            "SELECT regular || ' less ' || percent FROM price_here WHERE sku = 'tea' AND (regular, percent, amount) "
                + "NOT IN (VALUES (1000, 0, 1000), (1200, 0, 1200), (1500, 50, 750))"
        )
        defer { row.reset() }
        guard try row.step() else { return }
        throw Broken(
            expected: "10, or 12, or 15 less half",
            found: row.string(0),
            subject: "the price of tea at \(snapshot.node)"
        )
    }

    func judge(_ stage: Stage) throws {
        try stage.demand(isOwnPriceRefused, "a price that a store writes is refused there", found: "it was taken")
        try stage.demand(
            ownList?.refusal == .wrongNode,
            "a store sets no list",
            found: "\(String(describing: ownList))"
        )
        try stage.demand(sales.count == 38, "every sale is done", found: "\(sales.count)")
        let known = try stage.rows("SELECT id, total FROM sale ORDER BY id", at: stage.hub)
        try stage.demand(
            known == sales.map { [$0.id, "\($0.total)"] }.sorted { $0[0] < $1[0] },
            "what was on a receipt stays",
            found: "\(known)"
        )
        try stage.expect(
            "a sale costs what its store knew, at the moment that its clock said",
            """
            SELECT s.id, s.sold_at, l.regular, l.amount FROM sale s JOIN sale_line l ON l.sale_id = s.id
            WHERE NOT CASE l.regular WHEN 1000 THEN l.amount = 1000 AND s.sold_at < \(raisedAt)
              WHEN 1200 THEN l.amount = 1200 AND s.sold_at >= \(raisedAt) ELSE l.regular = 1500 AND l.amount = 750 END
            """,
            []
        )
        guard stage.isCalm else { return }
        for sale in sales {
            let price: Int64 = sale.minute < Self.raiseMinute ? 1_000 : sale.minute <= 50 ? 1_200 : 750
            // The line comes back at 50; the store has dialled within the next minutes.
            guard !(50...54).contains(sale.minute) else { continue }
            try stage.demand(sale.total == price, "the price at minute \(sale.minute)", found: "\(sale.total)")
        }
    }
}
