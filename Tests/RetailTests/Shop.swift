import ChangeLog
import NetworkSchema
import Replica
import Retail
import Testing

/// A replica of the retail schema in memory, with its triggers, as any SQLite client meets it.
final class Shop {
    let connection: Connection
    let role: NodeRole

    init(_ role: NodeRole) throws {
        self.role = role
        connection = try Connection(path: ":memory:", pragmas: ReplicaPragmas.creation)
        let plan = SchemaPlan(try NetworkSchema(yaml: RetailSchema.yaml))
        try connection.write { sql in
            try ReplicaSchema.create(
                sql,
                plan: plan,
                role: role,
                site: SiteID(0xabc_def),
                network: "shop",
                nowMilliseconds: 0
            )
        }
    }

    /// A store of the region `town` that sells tea and cake, and hears of two other stores.
    static func store(_ name: String = "north") throws -> Shop {
        let shop = try Shop(.store(try #require(NodeName(name)), region: "town"))
        try shop.receive(
            """
            INSERT INTO store(store_id, region) VALUES ('north', 'town'), ('south', 'town'), ('west', 'hills');
            INSERT INTO product(sku, name) VALUES ('tea', 'green tea'), ('cake', 'a cake');
            INSERT INTO price(sku, amount) VALUES ('tea', 1000), ('cake', 800);
            """
        )
        return shop
    }

    static func hub() throws -> Shop { try Shop(.hub) }

    /// Runs SQL as an application would.
    func run(_ sql: String) throws { try connection.write { try $0.execute(sql) } }

    /// What an application is told; nil when nothing was refused.
    func refusal(_ sql: String) throws -> String? {
        do {
            try run(sql)
            return nil
        } catch ReplicaError.sqlite(_, let message, _) {
            return message
        }
    }

    /// Writes what comes from the hub: the triggers stand aside.
    func receive(_ script: String) throws {
        try connection.use { sql in
            try sql.setTriggers(enabled: false)
            defer { #expect(throws: Never.self) { try sql.setTriggers(enabled: true) } }
            try sql.execute(script)
        }
    }

    /// Rows as texts: columns parted by `|`, rows by `;`.
    func rows(_ query: String) throws -> String {
        try connection.use { sql in
            let statement = try sql.statement(query)
            var rows: [String] = []
            while try statement.step() {
                rows.append(
                    (0..<statement.columnCount).map { column in
                        switch statement.value(column) {
                        case .null: "-"
                        case .integer(let number): String(number)
                        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
                        case .blob(let bytes): "\(bytes)"
                        }
                    }.joined(separator: "|")
                )
            }
            return rows.joined(separator: ";")
        }
    }

    func number(_ query: String) throws -> Int64 { try #require(Int64(try rows(query))) }

    /// Names of the exception views that have rows, each with how many.
    func exceptions() throws -> [String: Int64] {
        let names = try rows(
            "SELECT name FROM sqlite_schema WHERE type = 'view' AND name GLOB 'exception_*' ORDER BY 1"
        )
        var found: [String: Int64] = [:]
        for name in names.split(separator: ";") {
            let count = try number("SELECT count(*) FROM \(name)")
            if count > 0 { found[String(name.dropFirst("exception_".count))] = count }
        }
        return found
    }

    /// The law of a stock row, and its rights: on_hand = available + promised - overdrawn.
    func expectBalance(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
        let broken = try rows(
            """
            SELECT s.sku, s.on_hand, s.available, s.overdrawn, coalesce((SELECT sum(p.quantity) FROM promise p
              WHERE p.store_id = s.store_id AND p.sku = s.sku), 0) AS promised FROM stock s
            WHERE s.on_hand <> s.available - s.overdrawn + promised OR s.available <> coalesce((SELECT sum(units)
              FROM linli_rights WHERE "table" = 'stock' AND "key" = json_array(s.store_id, s.sku)), 0)
            """
        )
        #expect(broken == "", sourceLocation: sourceLocation)
        let drift = try rows(
            """
            SELECT s.sku, s.on_hand, sum(l.quantity) FROM stock s JOIN stock_ledger l USING (store_id, sku)
            GROUP BY s.store_id, s.sku HAVING s.on_hand <> sum(l.quantity)
            """
        )
        #expect(drift == "", sourceLocation: sourceLocation)
    }

    /// Goods come in.
    func receiveGoods(_ sku: String, _ quantity: Int64) throws {
        try run(
            "INSERT INTO stock_move(store_id, sku, quantity, reason) SELECT node, '\(sku)', \(quantity), 'receipt' FROM linli_node"
        )
    }

    /// A sale of one line.
    func sell(_ id: String, _ sku: String, _ quantity: Int64) throws {
        try run(
            """
            INSERT INTO sale(id, store_id, sold_at, receipt_site, receipt_day, receipt_number)
              SELECT '\(id)', store_id, 1, receipt_site, receipt_day, receipt_number FROM next_receipt;
            INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount)
              SELECT '\(id)', 1, node, '\(sku)', \(quantity), \(quantity) FROM linli_node;
            """
        )
    }

    /// An order of one line, 10 分 a unit.
    func order(_ id: String, at store: String = "north", _ sku: String, _ quantity: Int64) throws {
        try run(
            """
            INSERT INTO customer_order(id, store_id, placed_at) VALUES ('\(id)', '\(store)', 5);
            INSERT INTO order_line(order_id, line, sku, quantity, amount) VALUES ('\(id)', 1, '\(sku)', \(quantity), 10);
            """
        )
    }

    func handOver(_ id: String, order: String, _ sku: String, _ quantity: Int64) throws {
        try run(
            """
            INSERT INTO hand_over(id, order_id, store_id, handed_over_at) SELECT '\(id)', '\(order)', node, 50 FROM linli_node;
            INSERT INTO hand_over_line(hand_over_id, line, order_id, store_id, sku, quantity)
              SELECT '\(id)', 1, '\(order)', node, '\(sku)', \(quantity) FROM linli_node;
            """
        )
    }

    /// As the store's daemon does.
    func release() throws {
        try run(
            """
            INSERT INTO order_release(order_id, line, store_id, sku, quantity, released_at)
              SELECT order_id, line, store_id, sku, quantity, 60 FROM release_due
              WHERE store_id = (SELECT node FROM linli_node)
            """
        )
    }
}
