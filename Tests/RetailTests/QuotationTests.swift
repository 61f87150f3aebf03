import Testing

@testable import Retail

@Suite("Lists that quote a customer")
struct QuotationTests {
    /// One line of every kind that may quote c-17, who is in the orders o1 (open) and r1 (refused).
    private static let lines = """
        INSERT INTO linli_conflict("table", "key", "column", kept, kept_by, lost, lost_by) VALUES
          ('order_contact', '["o1"]', 'phone', '"138"', 'hub', '"137"', 'north'),
          ('order_contact', '["o2"]', 'phone', '"150"', 'hub', '"151"', 'north'),
          ('customer_order', '["o1"]', 'note', '"Zhang"', 'hub', NULL, 'north'),
          ('customer_order', '["o1"]', NULL, NULL, 'hub', '{"id":"o1","customer":"c-17","due":5}', 'north'),
          ('product', '["tea"]', 'name', '"Zhang"', 'hub', '"tea"', 'north');
        INSERT INTO linli_quarantine(store, "table", "key", reason, change) VALUES
          ('north', 'customer_order', '["o1"]', 'check', '{"op":"update","columns":{"note":"Zhang","due":5}}'),
          ('north', 'order_contact', '["o1"]', 'not yours', '{"op":"update","columns":{"phone":"137"}}'),
          ('north', 'customer_order', '["r1"]', 'key', '{"op":"insert","columns":{"customer":"c-17","due":5}}'),
          ('north', 'order_contact', '["r1"]', 'dependant', '{"op":"insert","columns":{"phone":"138"}}'),
          ('north', 'order_contact', '["r2"]', 'dependant', '{"op":"insert","columns":{"phone":"150"}}'),
          ('north', NULL, NULL, 'unreadable', NULL);
        """

    private func quoted(_ desks: Desks) throws -> (conflicts: String, refused: String) {
        (
            try desks.shop.rows(
                "SELECT coalesce(kept, 'none'), coalesce(lost, 'none') FROM linli_conflict ORDER BY id"
            ),
            try desks.shop.rows("SELECT json_extract(change, '$.columns') FROM linli_quarantine ORDER BY id")
        )
    }

    @Test("lose the quotation with the erasure, and nothing else")
    func erase() throws {
        let desks = try Desks.hub()
        try desks.shop.receive(
            """
            INSERT INTO customer_order(id, store_id, customer, note) VALUES ('o1', 'north', 'c-17', 'Zhang'),
              ('o2', 'north', 'c-18', NULL);
            INSERT INTO order_contact(order_id, phone) VALUES ('o1', '138'), ('o2', '150');
            \(Self.lines)
            """
        )
        let before = try quoted(desks)
        var round = TradeRound()
        _ = try round.go(desks.desk, stores: desks.stores, uptimeMilliseconds: 0)
        #expect(try quoted(desks) == before, "as long as the orders have them")
        #expect(
            try desks.ask("erase", ["customer": "c-17"]) == ["orders": 1, "contacts": 1, "refused_changes": 2]
        )
        let after = try quoted(desks)
        #expect(
            after.conflicts == """
                "erased"|"erased";"150"|"151";"erased"|none;none|{"id":"o1","due":5};"Zhang"|"tea"
                """
        )
        #expect(after.refused == #"{"due":5};{};{"due":5};{};{"phone":"150"};-"#)
        #expect(try desks.shop.rows("SELECT kept_by, lost_by FROM linli_conflict WHERE id = 1") == "hub|north")
    }

    @Test("lose it at a store too, as soon as its own order has it no more")
    func atAStore() throws {
        let desks = try Desks.store()
        try desks.shop.receive(
            """
            INSERT INTO customer_order(id, store_id) VALUES ('o1', 'north'), ('o2', 'north');
            INSERT INTO order_contact(order_id, phone) VALUES ('o2', '150');
            \(Self.lines)
            """
        )
        var round = TradeRound()
        _ = try round.go(desks.desk, stores: [], uptimeMilliseconds: 0)
        let after = try quoted(desks)
        #expect(
            after.conflicts == """
                "erased"|"erased";"150"|"151";"erased"|none;none|{"id":"o1","due":5};"Zhang"|"tea"
                """
        )
        // What the hub has not decided yet stands in full at the hub alone.
        #expect(after.refused == #"{"due":5};{};{"customer":"c-17","due":5};{};{};-"#)
    }

    @Test("An order's command that is repeated after the erasure is not done again, and its digest tells nothing")
    func command() throws {
        let desks = try Desks.hub()
        let order: JSONValue = [
            "lines": [["sku": "tea", "quantity": 1000]], "customer": "c-17", "contact": ["phone": "138"],
        ]
        try desks.ask("order", order, key: "k")
        try desks.ask("erase", ["customer": "c-17"])
        #expect(try desks.shop.rows("SELECT request FROM command_done WHERE \"key\" = 'k'") == "erased")
        #expect(try desks.refusal("order", order, key: "k") == "KEY_REUSED k")
        #expect(try desks.shop.number("SELECT count(*) FROM customer_order") == 1)
    }
}
