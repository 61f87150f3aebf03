/// What this store holds for orders that no longer want it here: given back once for each line, and by this store alone.
enum Releases {
    static func areDue(_ work: Work) throws -> Bool {
        try work.row("SELECT 1 FROM release_due WHERE store_id = ?1 AND by_daemon LIMIT 1", work.node) != nil
    }

    /// - Parameter order: this one, whoever placed it; else those that the daemon looks after.
    /// - Returns: how many lines were given back.
    @discardableResult
    static func make(_ work: Work, order: String? = nil) throws -> Int {
        let due = try work.rows(
            """
            SELECT order_id, line, sku, quantity FROM release_due
            WHERE store_id = ?1 AND CASE WHEN ?2 IS NULL THEN by_daemon ELSE order_id = ?2 END ORDER BY order_id, line
            """,
            work.node,
            order
        )
        for line in due {
            try work.run(
                """
                INSERT INTO order_release(order_id, line, store_id, sku, quantity, released_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """,
                line.text(0),
                line.integer(1),
                work.node,
                line.text(2),
                line.integer(3),
                work.now
            )
        }
        return due.count
    }
}
