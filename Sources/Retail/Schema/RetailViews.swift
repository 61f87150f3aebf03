extension RetailSchema {
    private static func valid(_ row: String) -> String {
        """
        (\(row).valid_from IS NULL OR \(row).valid_from <= n.now) AND (\(row).valid_until IS NULL OR \(row).valid_until > n.now)
        """
    }

    private static func latest(_ table: String, _ place: String) -> String {
        """
        (SELECT r.amount FROM \(table) r WHERE \(place) AND r.sku = p.sku AND \(valid("r")) ORDER BY r.valid_from DESC LIMIT 1)
        """
    }

    private static func off(_ table: String, _ place: String) -> String {
        """
        SELECT m.percent FROM \(table) m WHERE \(place) AND \(valid("m")) AND n.minute >= m.from_minute \
        AND n.minute < m.until_minute AND (m.weekdays >> n.weekday) & 1
        """
    }

    /// `here_now` is one row: where and when. A minute of the day and a weekday (0 is Sunday) are the store's own.
    ///
    /// `next_receipt` is the number of the next receipt: of this store, of this site, of its business day, and then a
    /// counter that never stands below the tenths of a second of the day. So a replica that was restored from a backup,
    /// and knows nothing of the numbers given since, gives none of them again, and asks nobody.
    ///
    /// `price_here` is what each product costs here, now: the store's price before the region's before the network's;
    /// of one level the one that began last; less the greatest percentage off at this time of day, rounded half up.
    static let priceViews = """
          here_now: >-
            SELECT h.node, h.region, h.now, (h.now / 60000 + h.utc_offset_minutes) % 1440 AS minute,
            ((h.now / 60000 + h.utc_offset_minutes) / 1440 + 4) % 7 AS weekday,
            strftime('%Y%m%d', (h.now / 60000 + h.utc_offset_minutes - h.day_starts_minute) * 60, 'unixepoch') AS day,
            (h.now / 100 + (h.utc_offset_minutes - h.day_starts_minute) * 600) % 864000 AS day_tenths
            FROM (SELECT l.node, s.region, \(now) AS now, coalesce(s.utc_offset_minutes, 480) AS utc_offset_minutes,
            coalesce(s.day_starts_minute, 0) AS day_starts_minute
            FROM linli_node l LEFT JOIN store s ON s.store_id = l.node) h
          price_here: >-
            \(pricesQuery(from: "here_now"))
          next_receipt: >-
            SELECT n.node AS store_id, n.day AS receipt_day, substr(l.site, -6) AS receipt_site,
            max(coalesce((SELECT max(s.receipt_number) + 1 FROM sale s WHERE s.store_id = n.node
            AND s.receipt_day = n.day AND s.receipt_site = substr(l.site, -6)), 0),
            n.day_tenths) AS receipt_number
            FROM here_now n CROSS JOIN linli_node l
        """

    /// What each product costs at one place and moment.
    ///
    /// - Parameter here: a table or query of one row with `node`, `region`, `now`, `minute` and `weekday`.
    static func pricesQuery(from here: String) -> String {
        """
        SELECT q.sku, q.level, q.regular, q.percent, (q.regular * (100 - q.percent) + 50) / 100 AS amount \
        FROM (SELECT f.sku, coalesce(f.at_store, f.at_region, f.at_network) AS regular, f.percent, \
        CASE WHEN f.at_store IS NOT NULL THEN 'store' WHEN f.at_region IS NOT NULL THEN 'region' \
        ELSE 'network' END AS level \
        FROM (SELECT p.sku, \
        \(latest("store_price", "r.store_id = n.node")) AS at_store, \
        \(latest("region_price", "r.region = n.region")) AS at_region, \
        \(latest("price", "1")) AS at_network, \
        coalesce((SELECT max(o.percent) FROM ( \
        \(off("markdown", "m.sku = p.sku AND (m.region IS NULL OR m.region = n.region)")) \
        UNION ALL \(off("markdown", "m.sku IS NULL AND m.category = p.category AND (m.region IS NULL OR m.region = n.region)")) \
        UNION ALL \(off("store_markdown", "m.store_id = n.node AND m.sku = p.sku"))) o), 0) AS percent \
        FROM product p CROSS JOIN \(here) n) f) q WHERE q.regular IS NOT NULL
        """
    }

    /// What each product costs now at the store that ?1 names.
    static let pricesAtStore = pricesQuery(
        from: """
            (SELECT w.node, w.region, w.now, (w.now / 60000 + w.utc) % 1440 AS minute, \
            ((w.now / 60000 + w.utc) / 1440 + 4) % 7 AS weekday FROM (SELECT s.store_id AS node, s.region, \(now) AS now, \
            s.utc_offset_minutes AS utc FROM store s WHERE s.store_id = ?1) w)
            """
    )

    /// `promise` is what orders hold, store by store; `release_due` what a store shall give back, and whether
    /// its daemon does that by itself (orders that the commands placed) or whoever writes orders with SQL; `stock_ledger`
    /// every move of stock, whatever table it stands in.
    static let stockViews = """
          promise: >-
            SELECT o.store_id, o.id AS order_id, l.line, l.sku, l.quantity, o.placed_at AS promised_at
            FROM customer_order o JOIN order_line l ON l.order_id = o.id WHERE o.open_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM hand_over h WHERE h.order_id = o.id AND h.store_id = o.store_id)
            AND NOT EXISTS (SELECT 1 FROM order_release r WHERE r.order_id = o.id AND r.line = l.line
            AND r.store_id = o.store_id)
            UNION ALL SELECT t.from_store, t.order_id, t.line, t.sku, t.quantity, u.taken_over_at
            FROM take_over u JOIN take_over_line t ON t.take_over_id = u.id
            WHERE NOT EXISTS (SELECT 1 FROM order_release r WHERE r.order_id = t.order_id AND r.line = t.line
            AND r.store_id = t.from_store)
            AND NOT EXISTS (SELECT 1 FROM hand_over h WHERE h.order_id = t.order_id AND h.store_id = t.from_store)
          release_due: >-
            SELECT o.store_id, o.id AS order_id, l.line, l.sku, l.quantity, o.pickup_code IS NOT NULL AS by_daemon
            FROM customer_order o JOIN order_line l ON l.order_id = o.id WHERE o.open_at IS NOT NULL
            AND (o.cancelled_at IS NOT NULL OR o.handed_over_by <> o.store_id)
            AND NOT EXISTS (SELECT 1 FROM hand_over h WHERE h.order_id = o.id AND h.store_id = o.store_id)
            AND NOT EXISTS (SELECT 1 FROM order_release r WHERE r.order_id = o.id AND r.line = l.line
            AND r.store_id = o.store_id)
            UNION ALL SELECT t.from_store, t.order_id, t.line, t.sku, t.quantity, 1 FROM take_over_line t
            WHERE NOT EXISTS (SELECT 1 FROM order_release r WHERE r.order_id = t.order_id AND r.line = t.line
            AND r.store_id = t.from_store)
            AND NOT EXISTS (SELECT 1 FROM hand_over h WHERE h.order_id = t.order_id AND h.store_id = t.from_store)
          stock_ledger: >-
            SELECT m.store_id, m.sku, m.quantity, m.reason, coalesce(m.reference, m.id) AS reference, m.moved_at AS at
            FROM stock_move m
            UNION ALL SELECT l.store_id, l.sku, -l.quantity, CASE WHEN l.quantity < 0 THEN 'return' ELSE 'sale' END,
            l.sale_id, s.sold_at FROM sale_line l JOIN sale s ON s.id = l.sale_id
            UNION ALL SELECT l.store_id, l.sku, -l.quantity, 'hand_over', l.order_id, h.handed_over_at
            FROM hand_over_line l JOIN hand_over h ON h.id = l.hand_over_id
            UNION ALL SELECT l.from_store, l.sku, -l.quantity, 'transfer_out', l.transfer_id, t.sent_at
            FROM transfer_line l JOIN transfer t ON t.id = l.transfer_id
            UNION ALL SELECT r.to_store, r.sku, r.quantity, 'transfer_in', r.transfer_id, r.received_at
            FROM transfer_receipt r
          replenishment_need: >-
            SELECT s.store_id, s.sku, s.reorder_to - s.on_hand - s.coming AS quantity FROM (SELECT k.store_id, k.sku,
            k.reorder_at, k.reorder_to, k.on_hand, coalesce((SELECT sum(r.quantity) FROM replenishment r
            WHERE r.store_id = k.store_id AND r.sku = k.sku AND r.received_at IS NULL), 0) AS coming
            FROM stock k WHERE k.reorder_to > 0) s
            WHERE s.on_hand + s.coming <= s.reorder_at AND s.reorder_to > s.on_hand + s.coming
        """
}
