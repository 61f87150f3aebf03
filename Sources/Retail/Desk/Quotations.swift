/// What the lists of conflicts and of the quarantine quote of a customer: contacts, pseudonyms, notes.
///
/// Law: a line keeps such words only as long as the order itself has them. Each node takes them out of its own lists;
/// that there was a conflict, with whom and when, stays.
enum Quotations {
    private static let erased = "'\"erased\"'"
    private static let order = "json_extract(\"key\", '$[0]')"
    private static let hasContact = "EXISTS (SELECT 1 FROM order_contact c WHERE c.order_id = \(order))"
    private static let isErased =
        "EXISTS (SELECT 1 FROM customer_order o WHERE o.id = \(order) AND o.customer IS NULL AND o.note IS NULL)"

    private static let statements = [
        """
        UPDATE linli_conflict SET kept = iif(kept IS NULL, NULL, \(erased)), lost = iif(lost IS NULL, NULL, \(erased))
        WHERE "table" = 'order_contact' AND NOT \(hasContact)
          AND (coalesce(kept, \(erased)) <> \(erased) OR coalesce(lost, \(erased)) <> \(erased))
        """,
        """
        UPDATE linli_conflict SET kept = iif(kept IS NULL, NULL, \(erased)), lost = iif(lost IS NULL, NULL, \(erased))
        WHERE "table" = 'customer_order' AND "column" IN ('customer', 'note') AND \(isErased)
          AND (coalesce(kept, \(erased)) <> \(erased) OR coalesce(lost, \(erased)) <> \(erased))
        """,
        """
        UPDATE linli_conflict SET kept = json_remove(kept, '$.customer', '$.note'),
          lost = json_remove(lost, '$.customer', '$.note')
        WHERE "table" = 'customer_order' AND "column" IS NULL AND \(isErased)
          AND (json_extract(kept, '$.customer') IS NOT NULL OR json_extract(kept, '$.note') IS NOT NULL
            OR json_extract(lost, '$.customer') IS NOT NULL OR json_extract(lost, '$.note') IS NOT NULL)
        """,
        """
        UPDATE linli_quarantine SET change = json_remove(change, '$.columns.customer', '$.columns.note')
        WHERE "table" = 'customer_order' AND \(isErased) AND (json_type(change, '$.columns.customer') IS NOT NULL
          OR json_type(change, '$.columns.note') IS NOT NULL)
        """,
    ]

    /// At the hub a refused contact may still be accepted with its order; then it is needed.
    private static let contacts = """
        UPDATE linli_quarantine SET change = json_set(change, '$.columns', json('{}'))
        WHERE "table" = 'order_contact' AND json_extract(change, '$.columns') <> '{}' AND NOT \(hasContact)
          AND (?1 = 0 OR settled_at IS NOT NULL OR EXISTS (SELECT 1 FROM customer_order o WHERE o.id = \(order)))
        """

    /// Whether any list has a line at all: most nodes have none, and then no lock is taken.
    static func areThere(_ work: Work) throws -> Bool {
        try work.row(
            """
            SELECT 1 FROM linli_conflict WHERE "table" IN ('order_contact', 'customer_order')
            UNION ALL SELECT 1 FROM linli_quarantine WHERE "table" IN ('order_contact', 'customer_order') LIMIT 1
            """
        ) != nil
    }

    /// Takes out what the orders no longer have.
    static func forget(_ work: Work) throws {
        for statement in statements { try work.run(statement) }
        try work.run(contacts, work.isHub)
    }

    /// Orders of the customer that the hub refused, and that stand in its quarantine alone.
    ///
    /// - Returns: how many lines quoted the customer.
    static func forget(_ customer: String, _ work: Work) throws -> Int {
        let refused = try work.rows(
            """
            SELECT DISTINCT \(order) FROM linli_quarantine
            WHERE "table" = 'customer_order' AND json_extract(change, '$.columns.customer') = ?1
            """,
            customer
        )
        var lines = 0
        for row in refused {
            lines += try work.run(
                """
                UPDATE linli_quarantine SET change = CASE "table" WHEN 'order_contact'
                  THEN json_set(change, '$.columns', json('{}'))
                  ELSE json_remove(change, '$.columns.customer', '$.columns.note') END
                WHERE "table" IN ('order_contact', 'customer_order') AND \(order) = ?1
                """,
                row.text(0)
            )
        }
        return lines
    }
}
