/// What stores need, and what the hub orders for them.
enum SupplyCommands {
    static let all: [RetailCommand] = [
        .change(
            "replenish",
            at: .store,
            [.till, .manager],
            "Notes what the store needs: by its thresholds, and so that it has enough for some days' sales.",
            [.optional("cover_days", .integer(1...60), "days of sales to have; thresholds only")]
        ) { try replenish($0, $1) },
        .change(
            "purchase",
            at: .hub,
            [.manager],
            "Orders of each supplier what all stores need and nobody ordered yet.",
            [.optional("supplier", .name, "one supplier; all")]
        ) { try purchase($0, $1) },
    ]

    private static func replenish(_ request: Arguments, _ work: Work) throws -> JSONValue {
        var needs: [String: (quantity: Int64, reason: String)] = [:]
        for row in try work.rows("SELECT sku, quantity FROM replenishment_need WHERE store_id = ?1", work.node) {
            needs[row.text(0)] = (row.integer(1), "threshold")
        }
        if let days = request.integerIfAny("cover_days") {
            // As much as was sold in as many days before, less what is there and what comes.
            let sold = try work.rows(
                """
                SELECT q.sku, q.sold - coalesce(k.on_hand, 0) - coalesce((SELECT sum(r.quantity) FROM replenishment r
                  WHERE r.store_id = ?1 AND r.sku = q.sku AND r.received_at IS NULL), 0)
                FROM (SELECT l.sku, sum(l.quantity) AS sold FROM sale s JOIN sale_line l ON l.sale_id = s.id
                  WHERE s.store_id = ?1 AND s.sold_at >= ?2 GROUP BY l.sku) q
                LEFT JOIN stock k ON k.store_id = ?1 AND k.sku = q.sku
                """,
                work.node,
                work.now - days * 86_400_000
            )
            for row in sold where row.integer(1) > needs[row.text(0)]?.quantity ?? 0 {
                needs[row.text(0)] = (row.integer(1), "sales of \(days) days")
            }
        }
        var lines: [JSONValue] = []
        for (sku, need) in needs.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            try work.run(
                "INSERT INTO replenishment(store_id, sku, quantity, reason, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                work.node,
                sku,
                need.quantity,
                need.reason,
                work.now
            )
            lines.append(["sku": .text(sku), "quantity": .integer(need.quantity), "reason": .text(need.reason)])
        }
        return ["needs": .list(lines)]
    }

    private static func purchase(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let open = try work.rows(
            """
            SELECT coalesce(p.supplier, ''), r.sku, sum(r.quantity), count(DISTINCT r.store_id), max(coalesce(p.pack, 1000))
            FROM replenishment r LEFT JOIN product p ON p.sku = r.sku
            WHERE r.purchase_id IS NULL AND r.received_at IS NULL AND (?1 IS NULL OR p.supplier = ?1)
            GROUP BY 1, 2 ORDER BY 1, 2
            """,
            request.textIfAny("supplier")
        )
        var purchases: [(supplier: String, id: String, lines: [JSONValue])] = []
        for row in open {
            if purchases.last?.supplier != row.text(0) {
                let id = try work.id(
                    "INSERT INTO purchase(supplier, ordered_at) VALUES (?1, ?2) RETURNING id",
                    row.text(0),
                    work.now
                )
                purchases.append((row.text(0), id, []))
            }
            let (id, pack) = (purchases[purchases.count - 1].id, row.integer(4))
            // Suppliers sell whole packs.
            let quantity = (row.integer(2) + pack - 1) / pack * pack
            try work.run(
                "INSERT INTO purchase_line(purchase_id, sku, quantity) VALUES (?1, ?2, ?3)",
                id,
                row.text(1),
                quantity
            )
            try work.run(
                "UPDATE replenishment SET purchase_id = ?1 WHERE sku = ?2 AND purchase_id IS NULL AND received_at IS NULL",
                id,
                row.text(1)
            )
            purchases[purchases.count - 1].lines.append([
                "sku": row.json(1), "quantity": .integer(quantity), "needed": row.json(2), "stores": row.json(3),
            ])
        }
        return [
            "purchases": .list(
                purchases.map { ["purchase": .text($0.id), "supplier": .text($0.supplier), "lines": .list($0.lines)] }
            )
        ]
    }
}
