import ChangeLog
import Replica

/// A store is cut off for as long as the run goes on, and sells. Meanwhile the hub renames three tenths of the catalogue
/// and deletes one.
final class MonthAway: Play {
    /// A month has forty thousand of these.
    let tradeRoundMilliseconds: Int64 = 600_000

    private static let products = 200
    private static let renamed = 20..<80
    private static let deleted = 0..<20
    private static let unitsEach: Int64 = 1_000_000
    private var sold = 0

    func open(_ stage: Stage) {
        stage.write("the catalogue", at: stage.hub) { sql in
            let product = try sql.statement("INSERT OR IGNORE INTO product(sku, name) VALUES ('p' || ?1, 'first')")
            let price = try sql.statement("INSERT OR IGNORE INTO price(sku, amount) VALUES ('p' || ?1, 100)")
            for number in 0..<Self.products {
                try product.bind(1, number).run()
                try price.bind(1, number).run()
            }
        }
        stage.write("the first goods", at: stage.store(0)) { sql in
            let receipt = try sql.statement(
                """
                INSERT INTO stock_move(id, store_id, sku, quantity, reason, moved_at) \
                VALUES ('m' || ?1, 'store-1', 'p' || ?1, \(Self.unitsEach), 'receipt', ?2)
                """
            )
            for number in 0..<Self.products {
                try receipt.bind(1, number).bind(2, stage.store(0).wallMilliseconds).run()
            }
        }
    }

    func act(_ stage: Stage) {
        stage.premise("the store has the catalogue", "SELECT count(*) FROM price", [["\(Self.products)"]], at: 0)
        let end = stage.plan.days * 1_440
        stage.cut(0, from: 5, until: end - 5)
        let sales = sales(of: stage.plan)
        for number in 0..<sales { sell(number, of: sales, until: end - 10, stage) }
        change(Self.renamed, until: end, stage) { "UPDATE product SET name = 'second' WHERE sku = 'p\($0)'" }
        change(Self.deleted, until: end, stage) {
            "DELETE FROM product WHERE sku = 'p\($0)'; DELETE FROM price WHERE sku = 'p\($0)'"
        }
    }

    private func sales(of plan: SimulationPlan) -> Int { max(Int(plan.days * Double(plan.daily)), 1) }

    private func sell(_ number: Int, of sales: Int, until end: Double, _ stage: Stage) {
        let store = stage.store(0)
        stage.at(minute: 6 + (end - 6) * Double(number) / Double(sales)) { [self] in
            // Its key is taken where an attempt without an answer stands.
            stage.write("sale s\(number)", at: store, then: { _ in self.sold += 1 }) { sql in
                try sql.execute(
                    """
                    INSERT INTO sale(id, store_id, sold_at, total)
                      VALUES ('s\(number)', 'store-1', \(store.wallMilliseconds), 100);
                    INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount)
                      VALUES ('s\(number)', 1, 'store-1', 'p\(number % Self.products)', 1000, 100);
                    INSERT INTO payment(sale_id, line, method, amount) VALUES ('s\(number)', 1, 'cash', 100);
                    """
                )
            }
        }
    }

    /// Ten products at a time, at any moments of the month.
    private func change(
        _ products: Range<Int>,
        until end: Double,
        _ stage: Stage,
        _ statement: @escaping (Int) -> String
    ) {
        for first in stride(from: products.lowerBound, to: products.upperBound, by: 10) {
            stage.sometime(6...Int64(end) - 10) {
                stage.write("the products from p\(first)", at: stage.hub) { sql in
                    for product in first..<first + 10 { try sql.execute(statement(product)) }
                }
            }
        }
    }

    func judge(_ stage: Stage) throws {
        let sales = sales(of: stage.plan)
        try stage.demand(sold == sales, "every sale is done", found: "\(sold) of \(sales)")
        try stage.expect("every sale arrived once", "SELECT count(*) FROM sale", [["\(sales)"]])
        try stage.expect(
            "with its line, also of a product that is deleted",
            "SELECT count(*), sum(quantity) FROM sale_line",
            [["\(sales)", "\(sales * 1_000)"]]
        )
        try stage.expect("no deleted product is back", "SELECT count(*) FROM product", [["180"]])
        try stage.expect("nor its price", "SELECT count(*) FROM price", [["180"]])
        try stage.expect("names are new", "SELECT count(*) FROM product WHERE name = 'second'", [["60"]])
        try stage.expect(
            "stock fell by what was sold",
            "SELECT sum(on_hand) FROM stock",
            [["\(Int64(Self.products) * Self.unitsEach - Int64(sales) * 1_000)"]]
        )
        try stage.expect("nobody has to see to anything", "SELECT count(*) FROM linli_quarantine", [["0"]])
    }
}
