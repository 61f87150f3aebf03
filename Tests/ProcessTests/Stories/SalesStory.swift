import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Real sales")
    struct SalesStory {
        private static let nodes = 8
        private static let missing: Comment =
            "there is no file of real sales; name one in LINLI_SALES_FILE (CSV: store_id, basket_id, product_id, …)"

        @Test(
            "sold by other processes at eight stores whose links are cut and healed, are at the hub to the last unit",
            .enabled(if: SalesLocation.path != nil, missing)
        )
        func replay() async throws {
            let path = try #require(SalesLocation.path)
            let trade = try SalesTrade(SalesFile(path: path), nodes: Self.nodes)
            var chance = Chance("\(trade.lineCount) sale lines")
            try await World.run(stores: trade.stores) { world in
                try open(trade, world)
                let sellers = try trade.stores.map { store in
                    let baskets = "\(world.network.directory)/baskets-\(store).json"
                    try trade.baskets(of: store).write(to: URL(fileURLWithPath: baskets))
                    return try PythonClient(
                        "baskets = '\(baskets)'\n" + Self.seller,
                        replica: world.network.replica(store),
                        ledger: "\(world.network.directory)/sold-\(store).txt"
                    )
                }
                while sellers.contains(where: { $0.isRunning }) {
                    let store = trade.stores.randomElement(using: &chance) ?? trade.stores[0]
                    try world.cut(store)
                    try await Task.sleep(for: chance.pause(milliseconds: 50...1_500))
                    try world.heal(store)
                    try await Task.sleep(for: chance.pause(milliseconds: 50...500))
                }
                for (store, seller) in zip(trade.stores, sellers) {
                    let end = try seller.finish()
                    #expect(end.status == 0 && end.lines == ["sold \(trade.basketCount(of: store))"], "at \(store)")
                }
                try world.network.settle(seconds: 300)
                try expectTotals(trade, world)
                try world.expectAgreement()
                try world.expectSame("SELECT count(*) FROM linli_quarantine", [[0]])
            }
        }

        /// Opening stock at nine tenths of what is sold, so that rights run out.
        private func open(_ trade: SalesTrade, _ world: World) throws {
            try world.till("hub").write(
                trade.products.map { ("INSERT INTO product(sku, name) VALUES (?, ?)", [Value($0), Value($0)]) }
            )
            for store in trade.stores {
                try world.till(store).write(
                    trade.totals(of: store).map { sku, total in
                        (
                            "INSERT INTO stock(store_id, sku, on_hand, available) VALUES (?, ?, ?, ?)",
                            [Value(store), Value(sku), .integer(total.opening), .integer(total.opening)]
                        )
                    }
                )
            }
            try world.network.settle(seconds: 300)
        }

        private func expectTotals(_ trade: SalesTrade, _ world: World) throws {
            let sold = try world.till("hub").rows(
                """
                SELECT l.store_id, l.sku, sum(l.quantity), sum(l.amount), count(*), s.on_hand
                FROM sale_line l JOIN stock s USING (store_id, sku) GROUP BY 1, 2
                """
            )
            var found: [[Value]: [Value]] = [:]
            for row in sold { found[Array(row[..<2])] = Array(row[2...]) }
            var expected: [[Value]: [Value]] = [:]
            for store in trade.stores {
                for (sku, total) in trade.totals(of: store) {
                    expected[[Value(store), Value(sku)]] = [
                        .integer(total.quantity), .integer(total.amount), .integer(total.lines),
                        .integer(total.opening - total.quantity),
                    ]
                }
            }
            let wrong = expected.filter { found[$0.key] != $0.value }
            #expect(wrong.isEmpty, "\(wrong.count) of \(expected.count) totals differ")
            #expect(found.count == expected.count)
        }

        /// Basket by basket, one transaction each.
        private static let seller = """
            import json
            till = connect(60)
            till.execute("PRAGMA synchronous = NORMAL")
            sold = 0
            for basket in json.load(open(baskets)):
                till.execute("BEGIN IMMEDIATE")
                till.execute("INSERT INTO sale(id, store_id, member) SELECT ?, node, ? FROM linli_node",
                    (basket["id"], basket["member"]))
                till.executemany("INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount) "
                    "SELECT ?, ?, node, ?, ?, ? FROM linli_node",
                    [(basket["id"], number + 1, *line) for number, line in enumerate(basket["lines"])])
                till.execute("COMMIT")
                sold += 1
            say("sold", sold)

            """
    }
}
