import ChangeLog
import Rehearsal

extension Trade {
    /// A shop: sales at the counter, receipts, orders for pick-up placed on both sides, hand-over, cancellation, prices.
    /// Each transaction notes by how much it moved the stock, as it saw it itself, so that each unit can be accounted
    /// for: none is promised twice.
    static let shop = Trade(
        testDescription: "a shop",
        program: { node, seed in (node == "hub" ? office : counter).replacing("SEED", with: "\(seed)") },
        open: { world in
            var ledger: [String] = []
            for sku in skus {
                try world.till("hub").write("INSERT INTO product(sku, name) VALUES (?, ?)", Value(sku), Value(sku))
                try world.till("hub").write("INSERT INTO price(sku, amount) VALUES (?, 100)", Value(sku))
                ledger.append("= price \(sku) 100")
                for store in world.stores {
                    try world.till(store).write(
                        "INSERT INTO stock(store_id, sku, on_hand, available) VALUES (?, ?, 40000, 40000)",
                        Value(store),
                        Value(sku)
                    )
                    ledger += ["# on_hand \(store)/\(sku) 40000", "# available \(store)/\(sku) 40000"]
                }
            }
            return ledger
        },
        broken: """
            SELECT count(*) FROM stock s WHERE available < 0 OR available <> (SELECT coalesce(sum(units), 0) \
            FROM linli_rights WHERE "table" = 'stock' AND "key" = json_array(s.store_id, s.sku)) \
            OR EXISTS (SELECT 1 FROM linli_rights WHERE units < 0)
            """,
        growing: "SELECT (SELECT count(*) FROM sale_line) + (SELECT count(*) FROM order_line)",
        questions: [
            .init(name: "price", sql: "SELECT sku, amount FROM price"),
            .init(name: "on_hand", sql: "SELECT store_id || '/' || sku, on_hand FROM stock"),
            .init(name: "available", sql: "SELECT store_id || '/' || sku, available FROM stock"),
            .init(name: "sale", sql: "SELECT id || '/' || store_id FROM sale"),
            .init(
                name: "sale_line",
                sql: "SELECT sale_id || '/' || line || '/' || store_id || '/' || sku || '/' || quantity FROM sale_line"
            ),
            .init(name: "payment", sql: "SELECT sale_id || '/' || line || '/' || amount FROM payment"),
            .init(
                name: "stock_move",
                sql: "SELECT id || '/' || store_id || '/' || sku || '/' || quantity FROM stock_move"
            ),
            .init(name: "order", sql: "SELECT id || '/' || store_id FROM customer_order"),
            .init(
                name: "order_line",
                sql: "SELECT order_id || '/' || line || '/' || sku || '/' || quantity FROM order_line"
            ),
            .init(name: "handed", sql: "SELECT id FROM customer_order WHERE handed_over_at IS NOT NULL"),
            .init(name: "cancelled", sql: "SELECT id FROM customer_order WHERE cancelled_at IS NOT NULL"),
        ]
    )

    private static let skus = ["tea", "cake", "milk", "rice"]

    private static let common = """
        random.seed(SEED)
        till = connect()
        till.execute("PRAGMA synchronous = NORMAL")
        node = till.execute("SELECT node FROM linli_node").fetchone()[0]
        skus = ["tea", "cake", "milk", "rice"]
        number = 0
        now = lambda: int(time.time() * 1000)
        def stock():
            return {f"{store}/{sku}": (on_hand, available) for store, sku, on_hand, available
                in till.execute("SELECT store_id, sku, on_hand, available FROM stock")}
        def counted(work):
            def both(tell):
                before = stock()
                work(tell)
                for key, after in stock().items():
                    for name, was, now_is in zip(("on_hand", "available"), before[key], after):
                        if was != now_is: tell("#", name, key, now_is - was)
            commit(till, both)
        def order(store):
            def work(tell):
                id = f"{node}-o{number}"
                till.execute("INSERT INTO customer_order(id, store_id, placed_at) VALUES (?, ?, ?)", (id, store, now()))
                tell("+ order", f"{id}/{store}")
                for line, sku in enumerate(random.sample(skus, random.randint(1, 2))):
                    quantity = 1000 * random.randint(1, 3)
                    till.execute("INSERT INTO order_line(order_id, line, sku, quantity) VALUES (?, ?, ?, ?)",
                        (id, line, sku, quantity))
                    tell("+ order_line", f"{id}/{line}/{sku}/{quantity}")
            counted(work)
        def milestone(column, name, condition):
            def work(tell):
                found = till.execute(f"SELECT id FROM customer_order WHERE {column} IS NULL AND {condition} "
                    "ORDER BY random() LIMIT 1").fetchone()
                if not found: return
                till.execute(f"UPDATE customer_order SET {column} = ? WHERE id = ?", (now(), found[0]))
                tell("+", name, found[0])
            commit(till, work)

        """

    private static let counter =
        common + """
            def sale(tell):
                id = f"{node}-s{number}"
                till.execute("INSERT INTO sale(id, store_id, sold_at) VALUES (?, ?, ?)", (id, node, now()))
                tell("+ sale", f"{id}/{node}")
                lines = random.sample(skus, random.randint(1, 3))
                for line, sku in enumerate(lines):
                    quantity = random.randint(1, 4) * 500
                    till.execute("INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount) "
                        "VALUES (?, ?, ?, ?, ?, ?)", (id, line, node, sku, quantity, quantity))
                    tell("+ sale_line", f"{id}/{line}/{node}/{sku}/{quantity}")
                till.execute("INSERT INTO payment(sale_id, line, method, amount) VALUES (?, 1, 'cash', ?)", (id, number))
                tell("+ payment", f"{id}/1/{number}")
            def receipt(tell):
                id, sku, quantity = f"{node}-m{number}", random.choice(skus), random.randint(1, 6) * 1000
                till.execute("INSERT INTO stock_move(id, store_id, sku, quantity, reason, moved_at) "
                    "VALUES (?, ?, ?, ?, 'receipt', ?)", (id, node, sku, quantity, now()))
                tell("+ stock_move", f"{id}/{node}/{sku}/{quantity}")
            while not stopping():
                number += 1
                pick = random.random()
                if pick < 0.5: counted(sale)
                elif pick < 0.65: counted(receipt)
                elif pick < 0.85: order(node)
                elif pick < 0.95: milestone("handed_over_at", "handed", "TRUE")
                else: milestone("cancelled_at", "cancelled", "handed_over_at IS NULL")
                time.sleep(random.uniform(0.001, 0.02))

            """

    private static let office =
        common + """
            stores = sorted({key.split("/")[0] for key in stock()})
            def price(tell):
                sku = random.choice(skus)
                till.execute("UPDATE price SET amount = ? WHERE sku = ?", (number, sku))
                tell("= price", sku, number)
            while not stopping():
                number += 1
                pick = random.random()
                if pick < 0.7: order(random.choice(stores))
                elif pick < 0.85: milestone("cancelled_at", "cancelled", "handed_over_at IS NULL")
                else: commit(till, price)
                time.sleep(random.uniform(0.001, 0.03))

            """
}
