import ChangeLog
import Replica

/// The statements of the trade's applications: plain SQL on the retail schema, one function a transaction or a part of
/// one. Times are of the writer's own clock.
enum RetailSQL {
    typealias Line = RetailWorkload.Line

    static func name(_ sku: Int) -> String { "sku-\(sku + 10)" }

    // MARK: Products and prices

    static func addProduct(_ sku: Int, _ sql: SQL) throws {
        try sql.execute(
            """
            INSERT INTO product(sku, name) VALUES ('\(name(sku))', 'v0');
            INSERT INTO price(sku, amount) VALUES ('\(name(sku))', \(RetailWorkload.firstPrice));
            """
        )
    }

    /// A price, and the product's name with it, so that the two can be seen to belong together.
    static func changePrice(of sku: Int, version: Int64, _ sql: SQL) throws {
        let price = try sql.statement("UPDATE price SET amount = ?1 WHERE sku = ?2")
        try price.bind(1, RetailWorkload.firstPrice + version).bind(2, name(sku)).run()
        let product = try sql.statement("UPDATE product SET name = ?1 WHERE sku = ?2")
        try product.bind(1, "v\(version)").bind(2, name(sku)).run()
    }

    // MARK: Stores

    /// A store as the hub knows it, so that it may take orders over.
    static func addStore(_ store: StoreMachine, _ sql: SQL) throws {
        let insert = try sql.statement("INSERT INTO store(store_id, region) VALUES (?1, ?2)")
        try insert.bind(1, store.name.text).bind(2, store.region).run()
    }

    /// Open orders move when their store is silent, or out, for so long.
    static func setTakeOver(afterSeconds seconds: Int64, _ sql: SQL) throws {
        try sql.execute(
            """
            INSERT INTO take_over_policy(level, place, when_closed, when_frozen, silent_seconds)
              VALUES ('network', '', 1, 1, \(seconds))
            """
        )
    }

    /// An order that this store took over and nobody handed over yet; nil when there is none.
    static func takenOver(by store: NodeName, _ sql: SQL) throws -> String? {
        let row = try sql.statement(
            """
            SELECT o.id FROM take_over t JOIN customer_order o ON o.id = t.order_id AND o.store_id = t.to_store \
            WHERE t.to_store = ?1 AND o.handed_over_at IS NULL ORDER BY o.id LIMIT 1
            """
        ).bind(1, store.text)
        defer { row.clear() }
        return try row.step() ? row.string(0) : nil
    }

    // MARK: Stock

    static func addStock(_ sku: Int, store: NodeName, _ sql: SQL) throws {
        try sql.execute("INSERT INTO stock(store_id, sku) VALUES ('\(store)', '\(name(sku))')")
    }

    static func move(
        _ id: String,
        store: NodeName,
        sku: Int,
        quantity: Int64,
        reason: String,
        at now: Int64,
        _ sql: SQL
    ) throws {
        let insert = try sql.statement(
            "INSERT INTO stock_move(id, store_id, sku, quantity, reason, moved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        )
        insert.bind(1, id).bind(2, store.text).bind(3, name(sku)).bind(4, quantity).bind(5, reason)
        try insert.bind(6, now).run()
    }

    static func noteCount(of sku: Int, store: NodeName, found quantity: Int64, at now: Int64, _ sql: SQL) throws {
        let counted = try sql.statement(
            "UPDATE stock SET counted_at = ?1, shelf = ?2 WHERE store_id = ?3 AND sku = ?4"
        )
        counted.bind(1, now).bind(2, "shelf \(quantity)").bind(3, store.text)
        try counted.bind(4, name(sku)).run()
    }

    // MARK: Sales

    static func sell(_ id: String, store: NodeName, _ lines: [Line], at now: Int64, _ sql: SQL) throws {
        let sale = try sql.statement("INSERT INTO sale(id, store_id, member, sold_at) VALUES (?1, ?2, ?3, ?4)")
        try sale.bind(1, id).bind(2, store.text).bind(3, "\(lines.count)").bind(4, now).run()
        let insert = try sql.statement(
            "INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        )
        for (number, line) in lines.enumerated() {
            insert.bind(1, id).bind(2, number + 1).bind(3, store.text).bind(4, name(line.sku))
            try insert.bind(5, line.quantity).bind(6, line.amount).run()
        }
        let payment = try sql.statement(
            "INSERT INTO payment(sale_id, line, method, amount) VALUES (?1, 1, 'cash', ?2)"
        )
        try payment.bind(1, id).bind(2, lines.reduce(0) { $0 + $1.amount }).run()
    }

    /// A basket of a file, as its till sells it.
    static func sell(_ basket: SalesReplay.Basket, store: NodeName, at now: Int64, _ sql: SQL) throws {
        let sale = try sql.statement("INSERT INTO sale(id, store_id, sold_at) VALUES (?1, ?2, ?3)")
        try sale.bind(1, basket.id).bind(2, store.text).bind(3, now).run()
        let insert = try sql.statement(
            "INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        )
        for (number, line) in basket.lines.enumerated() {
            insert.bind(1, basket.id).bind(2, number + 1).bind(3, store.text).bind(4, line.sku)
            try insert.bind(5, line.quantity).bind(6, line.amount).run()
        }
        let payment = try sql.statement(
            "INSERT INTO payment(sale_id, line, method, amount) VALUES (?1, 1, 'cash', ?2)"
        )
        try payment.bind(1, basket.id).bind(2, basket.lines.reduce(0) { $0 + $1.amount }).run()
    }

    // MARK: Orders

    /// - Parameter node: whose rights the promise spends.
    static func placeOrder(
        _ id: String,
        store: String,
        by node: NodeName,
        _ lines: [Line],
        at now: Int64,
        _ sql: SQL
    ) throws {
        let order = try sql.statement(
            "INSERT INTO customer_order(id, store_id, customer, placed_at, placed_by) VALUES (?1, ?2, ?3, ?4, ?5)"
        )
        try order.bind(1, id).bind(2, store).bind(3, "\(lines.count)").bind(4, now).bind(5, node.text).run()
        let insert = try sql.statement(
            "INSERT INTO order_line(order_id, line, sku, quantity, amount) VALUES (?1, ?2, ?3, ?4, ?5)"
        )
        for (number, line) in lines.enumerated() {
            insert.bind(1, id).bind(2, number + 1).bind(3, name(line.sku)).bind(4, line.quantity)
            try insert.bind(5, line.amount).run()
        }
    }

    /// - Returns: whether it changed the row.
    static func setMilestone(_ column: String, ofOrder id: String, at now: Int64, _ sql: SQL) throws -> Bool {
        let update = try sql.statement("UPDATE customer_order SET \(column) = ?1 WHERE id = ?2 AND \(column) IS NULL")
        try update.bind(1, now).bind(2, id).run()
        return sql.changes > 0
    }

    /// - Returns: the note that was there, and whether the order was.
    static func setNote(_ note: String, ofOrder id: String, _ sql: SQL) throws -> (saw: String?, isSet: Bool) {
        let read = try sql.statement("SELECT note FROM customer_order WHERE id = ?1").bind(1, id)
        let saw = try read.step() && !read.isNull(0) ? read.string(0) : nil
        read.clear()
        let update = try sql.statement("UPDATE customer_order SET note = ?1 WHERE id = ?2")
        try update.bind(1, note).bind(2, id).run()
        return (saw, sql.changes > 0)
    }
}
