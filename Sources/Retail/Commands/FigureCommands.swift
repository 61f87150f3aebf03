/// What people ask a node.
enum FigureCommands {
    static let all: [RetailCommand] = [
        .ask(
            "price",
            at: .store,
            [.till, .manager, .mall],
            "What a product or barcode costs here now.",
            [.optional("sku", .name, "a product"), .optional("barcode", .text(bytesMax: 32), "or a barcode")]
        ) { try price($0, $1) },
        .ask(
            "availability",
            at: .both,
            [.till, .manager, .mall],
            "How much of a product is there and may be promised; at the hub store by store.",
            [Field("sku", .name, "a product"), .optional("region", .name, "a region; all")]
        ) { try availability($0, $1) },
        .ask(
            "today",
            at: .store,
            [.till, .manager],
            "The figures of a business day, by the store's zone.",
            [.optional("day", .text(bytesMax: 10), "a day, as 20261121; today")]
        ) { try today($0, $1) },
        .ask(
            "order-status",
            at: .both,
            [.till, .manager, .mall],
            "How an order stands, and which stores had it before.",
            [Field("order", .name, "an order's id")]
        ) { request, work in
            let order = try OpenOrder(request.text("order"), work)
            guard case .object(var standing) = try OrderMoney.standing(of: order.id, work) else { return .null }
            standing["lines"] = try order.lines()
            standing["taken_over"] = try order.takeOvers()
            return .object(standing)
        },
    ]

    private static func price(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let article = try Catalogue(work: work)
            .article(sku: request.textIfAny("sku"), barcode: request.textIfAny("barcode"))
        guard article.isKnown else {
            throw RetailError(.notFound, article.sku, "there is no product \(article.sku)", cure: "name another")
        }
        let line = try article.line(quantity: nil, amount: nil)
        let here = try work.row("SELECT level, percent FROM price_here WHERE sku = ?1", article.sku)
        return .object([
            "sku": .text(article.sku), "name": .text(article.name), "unit": .text(article.unit),
            "price": article.price.map { .integer($0.fen) } ?? .null,
            "regular": article.regular.map { .integer($0.fen) } ?? .null,
            "level": here?.json(0) ?? .null, "percent": here?.json(1) ?? 0,
            "quantity": .integer(line.quantity.thousandths), "amount": .integer(line.amount.fen),
        ])
    }

    private static func availability(_ request: Arguments, _ work: Work) throws -> JSONValue {
        try KnownProduct.refuseUnlessKnown(request.text("sku"), work)
        let online = Set(work.stores.filter(\.isOnline).map(\.store))
        let rows = try work.rows(
            """
            SELECT k.store_id, s.region, k.on_hand, k.available, k.overdrawn, coalesce(h.available, 0), s.closed_at, k.hub_share
            FROM stock k LEFT JOIN store s ON s.store_id = k.store_id
            LEFT JOIN linli_held_stock h ON h.store_id = k.store_id AND h.sku = k.sku
            WHERE k.sku = ?1 AND (?2 IS NULL OR s.region = ?2) ORDER BY k.store_id
            """,
            request.text("sku"),
            request.textIfAny("region")
        )
        let stores = rows.map { row -> JSONValue in
            let promisable = max(0, min(row.integer(5), row.integer(3) - max(row.integer(4), 0)))
            return .object([
                "store": row.json(0), "region": row.json(1), "on_hand": row.json(2), "available": row.json(3),
                "promisable_here": .integer(promisable), "closed": .bool(row.integerIfAny(6) != nil),
                "hub_share": .integer(row.integerIfAny(7) ?? DemandShare.basePercent),
                "online": work.isHub ? .bool(online.contains(row.text(0))) : .null,
            ])
        }
        let total = rows.reduce(Int64(0)) { $0 + max(0, $1.integer(3) - max($1.integer(4), 0)) }
        return ["sku": .text(request.text("sku")), "available": .integer(total), "stores": .list(stores)]
    }

    private static func today(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let place = try work.row("SELECT time_zone, day_starts_minute FROM store WHERE store_id = ?1", work.node)
        let reckoning = try BusinessDay.Reckoning(
            timeZone: place?.textIfAny(0) ?? "Asia/Shanghai",
            startsMinute: place?.integer(1) ?? 0
        )
        let day = try request.textIfAny("day").map { text throws(RetailError) in try BusinessDay(text) }
        let reckoned = day ?? reckoning.day(of: work.now)
        guard let span = reckoning.interval(of: reckoned) else { return .null }
        let sales = try work.row(
            """
            SELECT count(*), coalesce(sum(l.amount), 0), coalesce(sum(CASE WHEN l.amount < 0 THEN l.amount END), 0),
              count(DISTINCT s.id) FROM sale s JOIN sale_line l ON l.sale_id = s.id
            WHERE s.store_id = ?1 AND s.sold_at >= ?2 AND s.sold_at < ?3
            """,
            work.node,
            span.lowerBound,
            span.upperBound
        )
        let methods = try work.rows(
            """
            SELECT p.method, sum(p.amount) FROM sale s JOIN payment p ON p.sale_id = s.id
            WHERE s.store_id = ?1 AND s.sold_at >= ?2 AND s.sold_at < ?3 GROUP BY p.method ORDER BY p.method
            """,
            work.node,
            span.lowerBound,
            span.upperBound
        )
        let handed = try work.row(
            "SELECT count(*) FROM hand_over WHERE store_id = ?1 AND handed_over_at >= ?2 AND handed_over_at < ?3",
            work.node,
            span.lowerBound,
            span.upperBound
        )
        return .object([
            "day": .text(reckoned.description), "store": .text(work.node), "sales": sales?.json(3) ?? 0,
            "lines": sales?.json(0) ?? 0, "amount": sales?.json(1) ?? 0, "returned": sales?.json(2) ?? 0,
            "handed_over": handed?.json(0) ?? 0,
            "payments": .list(methods.map { $0.object(["method", "amount"]) }),
        ])
    }
}
