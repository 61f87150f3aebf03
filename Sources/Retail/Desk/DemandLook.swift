/// What a store and the hub needed of late, product by product, and the shares that follow from it.
enum DemandLook {
    /// In one transaction; the rest follow with the next look.
    static let changesMax = 500

    struct Change: Hashable {
        var sku: String
        var percent: Int64
    }

    /// Shares of a store's stock that are to move, in order of product.
    static func changes(at store: String, _ work: Work) throws -> [Change] {
        let since = work.now - DemandShare.days * 86_400_000
        let demand = try work.rows(
            """
            SELECT sku, sum(hub), sum(store) FROM (
              SELECT l.sku, 0 AS hub, l.quantity AS store FROM sale s JOIN sale_line l ON l.sale_id = s.id
              WHERE s.store_id = ?1 AND s.sold_at >= ?2
              UNION ALL SELECT l.sku, iif(o.placed_by = 'hub', l.quantity, 0), iif(o.placed_by = 'hub', 0, l.quantity)
              FROM customer_order o JOIN order_line l ON l.order_id = o.id WHERE o.store_id = ?1 AND o.placed_at >= ?2
              UNION ALL SELECT l.sku, 0, l.quantity FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id
              WHERE t.from_store = ?1 AND t.sent_at >= ?2
            ) GROUP BY sku
            """,
            store,
            since
        )
        let known = Dictionary(demand.map { ($0.text(0), $0) }, uniquingKeysWith: { first, _ in first })
        var changes: [Change] = []
        for row in try work.rows("SELECT sku, hub_share FROM stock WHERE store_id = ?1 ORDER BY sku", store) {
            let of = known[row.text(0)]
            let percent = DemandShare.percent(
                hub: of?.integer(1) ?? 0,
                store: of?.integer(2) ?? 0,
                present: row.integerIfAny(1)
            )
            if let percent { changes.append(Change(sku: row.text(0), percent: percent)) }
        }
        return changes
    }

    /// - Returns: how many it made.
    static func make(_ changes: [Change], at store: String, _ work: Work) throws -> Int {
        var made = 0
        for change in changes.prefix(changesMax) {
            made += try work.run(
                "UPDATE stock SET hub_share = ?1 WHERE store_id = ?2 AND sku = ?3",
                change.percent,
                store,
                change.sku
            )
        }
        return made
    }
}
