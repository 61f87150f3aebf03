extension RetailSchema {
    /// What merging cannot solve and a person must. Every view has `subject` (what `linli exceptions settle` names),
    /// `store_id`, `since` in milliseconds, and both sides of what contradicts itself.
    ///
    /// A row goes when the facts change, or when a `settlement` names it with the `since` that it has: what happens
    /// again later shows again.
    static let exceptionViews = [
        shortfall, negative,
        order(
            "handed_over_twice",
            since: "(SELECT max(h.handed_over_at) FROM hand_over h WHERE h.order_id = o.id)",
            more: """
                o.handed_over_by AS first_store, (SELECT min(h.handed_over_at) FROM hand_over h WHERE h.order_id = o.id) \
                AS first_at, (SELECT h.store_id FROM hand_over h WHERE h.order_id = o.id ORDER BY h.handed_over_at DESC \
                LIMIT 1) AS second_store, (SELECT max(h.handed_over_at) FROM hand_over h WHERE h.order_id = o.id) \
                AS second_at
                """
        ),
        order(
            "handed_over_elsewhere",
            since: "o.handed_over_at",
            more: """
                o.handed_over_by, o.handed_over_at, (SELECT max(t.taken_over_at) FROM take_over t \
                WHERE t.order_id = o.id) AS taken_over_at
                """
        ),
        order(
            "refunded_but_handed_over",
            since: "max(o.handed_over_at, (SELECT max(r.refunded_at) FROM refund r WHERE r.order_id = o.id))",
            more: """
                o.handed_over_at, o.cancelled_at, (SELECT max(r.refunded_at) FROM refund r WHERE r.order_id = o.id) \
                AS refunded_at, o.due, o.paid, o.refunded
                """
        ),
        order(
            "cancelled_but_handed_over",
            since: "max(o.cancelled_at, o.handed_over_at)",
            more: "o.cancelled_at, o.handed_over_at, o.due, o.paid, o.refunded"
        ),
        order(
            "handed_over_unpaid",
            since: "o.handed_over_at",
            more: "o.handed_over_at, o.due, o.paid, o.refunded, o.due - o.paid + o.refunded AS missing"
        ),
        order(
            "overpaid",
            since: """
                coalesce(o.cancelled_at, (SELECT max(p.paid_at) FROM order_payment p WHERE p.order_id = o.id), o.placed_at)
                """,
            more: """
                o.cancelled_at, o.due, o.paid, o.refunded, o.paid - o.refunded - CASE WHEN o.cancelled_at IS NOT NULL \
                AND o.handed_over_at IS NULL THEN 0 ELSE o.due END AS too_much
                """
        ),
        closedStore, mismatch, stranded,
    ].joined(separator: "\n")

    private static func open(_ exception: String, _ subject: String, _ since: String) -> String {
        """
        NOT EXISTS (SELECT 1 FROM settlement x WHERE x.exception = '\(exception)' AND x.subject = \(subject) \
        AND x.since >= \(since))
        """
    }

    /// One of the kinds of trouble of an order.
    private static func order(_ exception: String, since: String, more: String) -> String {
        """
          exception_\(exception): >-
            SELECT o.id AS subject, o.store_id, coalesce(\(since), 0) AS since, o.id, \(more)
            FROM customer_order o WHERE o.trouble = '\(exception)'
            AND \(open(exception, "o.id", "coalesce(\(since), 0)"))
        """
    }

    private static let receipt = "coalesce((SELECT e.receipt FROM sale e WHERE e.id = s.overdrawn_by), s.overdrawn_by)"

    /// More left the store than its rights covered, and an order was promised these units: one row for each product.
    private static let shortfall = """
          exception_shortfall: >-
            SELECT s.store_id || '/' || s.sku AS subject, s.store_id, coalesce(s.overdrawn_at, 0) AS since, s.sku,
            min(s.overdrawn, sum(p.quantity)) AS short, \(receipt) AS receipt, p.order_id, max(p.promised_at) AS promised_at,
            count(*) AS lines_promised, s.on_hand
            FROM stock s JOIN promise p ON p.store_id = s.store_id AND p.sku = s.sku WHERE s.overdrawn > 0
            AND \(open("shortfall", "s.store_id || '/' || s.sku", "coalesce(s.overdrawn_at, 0)"))
            GROUP BY s.store_id, s.sku
        """

    private static let negative = """
          exception_negative_on_hand: >-
            SELECT s.store_id || '/' || s.sku AS subject, s.store_id, coalesce(s.overdrawn_at, 0) AS since, s.sku,
            s.on_hand, \(receipt) AS receipt, s.counted_at FROM stock s WHERE s.on_hand < 0
            AND NOT EXISTS (SELECT 1 FROM promise p WHERE s.overdrawn > 0 AND p.store_id = s.store_id AND p.sku = s.sku)
            AND \(open("negative_on_hand", "s.store_id || '/' || s.sku", "coalesce(s.overdrawn_at, 0)"))
        """

    private static let closedStore = """
          exception_order_at_closed_store: >-
            SELECT o.id AS subject, o.store_id, max(coalesce(o.placed_at, 0), s.closed_at) AS since, o.id, o.placed_at,
            s.closed_at, o.due, o.paid FROM store s JOIN customer_order o ON o.open_at = s.store_id
            WHERE s.closed_at IS NOT NULL AND o.cancelled_at IS NULL AND o.handed_over_at IS NULL
            AND \(open("order_at_closed_store", "o.id", "max(coalesce(o.placed_at, 0), s.closed_at)"))
        """

    private static let mismatch = """
          exception_transfer_mismatch: >-
            SELECT m.id || '/' || m.sku AS subject, m.to_store AS store_id, m.received_at AS since, m.id, m.sku,
            m.from_store, m.sent_at, m.sent, m.to_store, m.received_at, m.received, m.received - m.sent AS difference
            FROM (SELECT t.id, k.sku, t.from_store, t.to_store, t.sent_at, t.received_at,
            coalesce((SELECT sum(l.quantity) FROM transfer_line l WHERE l.transfer_id = t.id AND l.sku = k.sku), 0) AS sent,
            coalesce((SELECT sum(r.quantity) FROM transfer_receipt r WHERE r.transfer_id = t.id AND r.sku = k.sku), 0)
            AS received FROM transfer t JOIN (SELECT transfer_id, sku FROM transfer_line UNION
            SELECT transfer_id, sku FROM transfer_receipt) k ON k.transfer_id = t.id
            WHERE t.received_at IS NOT NULL) m WHERE m.sent <> m.received
            AND \(open("transfer_mismatch", "m.id || '/' || m.sku", "m.received_at"))
        """

    /// Units that nobody can promise: those of a disk that was replaced, and those of a store that is closed.
    private static let stranded = """
          exception_stranded_rights: >-
            SELECT r.node AS subject, r.store_id, coalesce(r.closed_at, 0) AS since, r.node AS holder, r.products, r.units
            FROM (SELECT o.node, o.store_id, count(*) AS products, sum(o.units) AS units, s.closed_at
            FROM linli_others_stock o LEFT JOIN store s ON s.store_id = o.store_id
            WHERE o.units > 0 AND (o.node GLOB '*#*' OR (s.closed_at IS NOT NULL AND o.node = o.store_id))
            GROUP BY o.node, o.store_id) r
            WHERE \(open("stranded_rights", "r.node", "coalesce(r.closed_at, 0)"))
        """
}
