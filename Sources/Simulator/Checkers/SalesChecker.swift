import ChangeLog
import Replica

/// Invariant 1 for a replayed file: at rest the hub has, for each store and product, exactly the file's lines, units
/// and money.
final class SalesChecker: Checker {
    let invariant = Invariant.nothingLost
    private unowned let sales: SalesWorkload

    init(_ sales: SalesWorkload) { self.sales = sales }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        guard sales.waiting == 0 else {
            throw Broken(
                expected: "every basket sold",
                found: "\(sales.waiting) tills without an answer",
                subject: "the file's sales"
            )
        }
        let totals = sales.replay.totals(stores: neighbourhood.stores.count)
        try neighbourhood.hub.observer.look { sql in
            for store in neighbourhood.stores { try check(totals[store.index], of: store.name, sql) }
        }
    }

    private func check(_ totals: [String: SalesReplay.Total], of store: NodeName, _ sql: SQL) throws {
        let row = try sql.statement(
            "SELECT sku, count(*), sum(quantity), sum(amount) FROM sale_line WHERE store_id = ?1 GROUP BY sku ORDER BY sku"
        )
        defer { row.clear() }
        row.bind(1, store.text)
        var found: [String: SalesReplay.Total] = [:]
        while try row.step() {
            found[row.string(0)] = SalesReplay.Total(
                lines: row.integer(1),
                quantity: row.integer(2),
                amount: row.integer(3)
            )
        }
        for sku in Set(found.keys).union(totals.keys).sorted() where found[sku] != totals[sku] {
            throw Broken(
                expected: Self.words(totals[sku]),
                found: Self.words(found[sku]),
                subject: "sales of \(sku) at \(store)"
            )
        }
    }

    private static func words(_ total: SalesReplay.Total?) -> String {
        total.map { "\($0.lines) lines, \($0.quantity) thousandths, \($0.amount) in money" } ?? "no line"
    }
}
