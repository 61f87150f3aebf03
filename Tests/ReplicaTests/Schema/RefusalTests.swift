import Replica
import Testing

@Suite struct RefusalTests {
    @Test func aStoreMayNotWriteWhatIsTheHubs() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO product(sku, name) VALUES ('a', 'Apple')")
        store.refuses("INSERT INTO product(sku) VALUES ('b')", "linli: not yours: product (only the hub writes it)")
        store.refuses("INSERT OR IGNORE INTO product(sku) VALUES ('b')", "linli: not yours: product")
        store.refuses("DELETE FROM product", "linli: not yours: product (")
        store.refuses("UPDATE product SET name = 'x'", "linli: not yours: product.name (only the hub writes it)")
        store.refuses("UPDATE OR IGNORE product SET name = 'x'", "linli: not yours: product.name")
        store.takes("UPDATE product SET remark = 'fresh'")
        store.refuses("INSERT INTO ledger(text) VALUES ('x')", "linli: not yours: ledger (")
    }

    @Test func aStoreWritesOnlyRowsOfItsOwnScope() throws {
        let store = try CornerReplica.store()
        store.takes("INSERT INTO stock(store_id, sku) VALUES ('s1', 'a')")
        store.refuses(
            "INSERT INTO stock(store_id, sku) VALUES ('s2', 'a')",
            "linli: not yours: stock (the row is not in the scope of s1)"
        )
        try store.receive("INSERT INTO customer_order(id, store_id) VALUES ('far', 's2')")
        store.refuses("UPDATE customer_order SET note = 'x' WHERE id = 'far'", "linli: not yours: customer_order (")
        store.refuses("DELETE FROM customer_order WHERE id = 'far'", "linli: immutable: customer_order (")
        store.takes("INSERT INTO region_notice(region, id) VALUES ('east', '1')")
        store.refuses("INSERT INTO region_notice(region, id) VALUES ('west', '1')", "linli: not yours: region_notice (")
        store.refuses("INSERT INTO slot(shelf_id) VALUES ('nowhere')", "linli: not yours: slot (")
        try store.receive("INSERT INTO shelf(id, store_id) VALUES ('theirs', 's2')")
        store.refuses("INSERT INTO slot(shelf_id) VALUES ('theirs')", "linli: not yours: slot (")
        store.takes("INSERT INTO shelf(id, store_id) VALUES ('mine', 's1'); INSERT INTO slot(shelf_id) VALUES ('mine')")
    }

    @Test func theHubMayNotWriteWhatIsAStores() throws {
        let hub = try CornerReplica(.hub)
        hub.refuses(
            "INSERT INTO stock(store_id, sku) VALUES ('s1', 'a')",
            "linli: not yours: stock (only the store of the row writes it)"
        )
        try hub.receive(
            "INSERT INTO stock(store_id, sku, available) VALUES ('s1', 'a', 10); "
                + "INSERT INTO linli_held_stock VALUES ('s1', 'a', 4)"
        )
        hub.refuses(
            "UPDATE stock SET on_hand = 1",
            "linli: not yours: stock.on_hand (only the store of the row writes it)"
        )
        hub.refuses(
            "UPDATE stock SET available = available + 1",
            "linli: not yours: stock.available (this node may not raise it)"
        )
        hub.takes("UPDATE stock SET available = available - 3")
        hub.takes("INSERT INTO customer_order(id, store_id) VALUES ('o', 's1')")
        hub.refuses(
            "INSERT INTO customer_order(store_id, handed_over_at) VALUES ('s1', 5)",
            "linli: not yours: customer_order.handed_over_at (only the store of the row writes it)"
        )
        hub.refuses("UPDATE customer_order SET handed_over_at = 5", "linli: not yours: customer_order.handed_over_at (")
    }

    @Test func aTransferHasASenderAndAReceiver() throws {
        let sender = try CornerReplica.store("s1")
        sender.takes("INSERT INTO transfer(id, from_store, to_store) VALUES ('t', 's1', 's2')")
        sender.refuses(
            "INSERT INTO transfer(id, from_store, to_store) VALUES ('u', 's2', 's1')",
            "linli: not yours: transfer ("
        )
        sender.refuses(
            "INSERT INTO transfer(id, from_store, to_store, received_at) VALUES ('u', 's1', 's2', 5)",
            "linli: not yours: transfer.received_at ("
        )
        sender.takes("UPDATE transfer SET quantity = 2")
        sender.refuses("UPDATE transfer SET received_at = 2", "linli: not yours: transfer.received_at (")
        let receiver = try CornerReplica.store("s2")
        try receiver.receive("INSERT INTO transfer(id, from_store, to_store) VALUES ('t', 's1', 's2')")
        receiver.takes("UPDATE transfer SET received_at = 2")
        receiver.refuses("UPDATE transfer SET quantity = 2", "linli: not yours: transfer")
        receiver.refuses("DELETE FROM transfer", "linli: not yours: transfer (")
    }

    @Test func rowsOfImmutableTablesAreOnlyInserted() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO journal VALUES ('s1', '1', 'x')")
        store.refuses(
            "UPDATE journal SET what = 'y'",
            "linli: immutable: journal (rows are only inserted, never changed)"
        )
        store.refuses("DELETE FROM journal", "linli: immutable: journal (rows are only inserted, never deleted)")
        store.refuses(
            "REPLACE INTO journal VALUES ('s1', '1', 'y')",
            "linli: immutable: journal (rows are only inserted, never replaced)"
        )
        store.refuses(
            "INSERT INTO journal VALUES ('s1', '1', 'y') ON CONFLICT DO UPDATE SET what = 'y'",
            "linli: immutable: journal ("
        )
        store.takes("INSERT OR IGNORE INTO journal VALUES ('s1', '1', 'y')")
        #expect(try store.rows("SELECT what FROM journal") == "x")
        try store.run("INSERT INTO customer_order(id, store_id) VALUES ('o', 's1')")
        store.refuses(
            "DELETE FROM customer_order",
            "linli: immutable: customer_order (rows of order_line hang on it, and are never deleted)"
        )
    }

    @Test func aKeyIsNeverChangedNorOddlyMade() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO mark(k) VALUES ('a'), ('b')")
        store.refuses(
            "UPDATE mark SET k = 'c' WHERE k = 'a'",
            "linli: key: mark (a key is never changed; delete the row and insert another)"
        )
        store.refuses("UPDATE OR REPLACE mark SET k = 'b' WHERE k = 'a'", "linli: key: mark (")
        store.refuses("UPDATE OR IGNORE mark SET k = 'b' WHERE k = 'a'", "linli: key: mark (")
        store.takes("UPDATE mark SET k = k, n = 1")
        store.refuses(
            "INSERT INTO mark(k) VALUES ('a' || char(0) || 'b')",
            "linli: key: mark (a key must not contain a NUL character)"
        )
        store.refuses("INSERT OR IGNORE INTO mark(k) VALUES (NULL)", "linli: key: mark (a key column must not be NULL)")
        #expect(try store.rows("SELECT k FROM mark ORDER BY k") == "a;b")
    }

    @Test func checksSpeakInOurWordsAndNoOrClauseSkipsThem() throws {
        let store = try CornerReplica.store()
        try store.run(
            "INSERT INTO customer_order(id, store_id) VALUES ('o', 's1'); "
                + "INSERT INTO stock VALUES ('s1', 'a', 9, 9, NULL)"
        )
        let refused = "linli: check: order_line.quantity (quantity > 0)"
        store.refuses("INSERT INTO order_line VALUES ('o', 1, 'a', 0)", refused)
        store.refuses("INSERT OR IGNORE INTO order_line VALUES ('o', 1, 'a', 0)", refused)
        store.refuses("INSERT OR REPLACE INTO order_line VALUES ('o', 1, 'a', 0)", refused)
        store.refuses(
            "INSERT OR IGNORE INTO order_line VALUES ('o', 1, 'a', NULL)",
            "linli: check: order_line.quantity (it must not be NULL)"
        )
        try store.run("INSERT INTO mark(k) VALUES ('a')")
        store.refuses("UPDATE mark SET f = 2", "linli: check: mark.f (it is 0 or 1)")
        store.refuses("UPDATE OR IGNORE mark SET f = 2", "linli: check: mark.f (it is 0 or 1)")
        store.refuses("UPDATE OR REPLACE mark SET must = NULL", "linli: check: mark.must (it must not be NULL)")
        store.refuses("UPDATE mark SET n = 9007199254740993", "linli: check: mark.n (it is an integer within 2^53)")
        store.refuses("UPDATE OR IGNORE mark SET n = NULL", "linli: check: mark.n (it is an integer within 2^53)")
        store.refuses("INSERT OR IGNORE INTO mark(k, n) VALUES ('z', NULL)", "linli: check: mark.n (")
        store.refuses("UPDATE mark SET t = printf('%.*c', 400000, 'x')", "linli: check: mark.t (it is longer than ")
        store.refuses("INSERT INTO mark(k, b) VALUES ('y', zeroblob(400000))", "linli: check: mark.b (")
        #expect(try store.rows("SELECT count(*) FROM order_line") == "0")
    }

    @Test func rightsAreSpentOnlyWhereTheyAreHeld() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO stock VALUES ('s1', 'a', 10, 10, NULL)")
        try store.run(
            "INSERT INTO linli_grant(\"table\", \"key\", \"column\", \"to\", units) "
                + "VALUES ('stock', '[\"s1\",\"a\"]', 'available', 'hub', 6)"
        )
        let refused = "linli: no rights: stock.available (it falls by more than this node may spend)"
        store.refuses("UPDATE stock SET available = available - 5", refused)
        store.refuses("UPDATE OR IGNORE stock SET available = available - 5", refused)
        store.takes("UPDATE stock SET available = available - 4")
        store.refuses(
            "INSERT INTO stock VALUES ('s1', 'b', 0, -1, NULL)",
            "linli: no rights: stock.available (it begins below its floor)"
        )
        store.refuses("DELETE FROM stock", "linli: no rights: stock.available (another node holds rights in the row)")
        store.refuses("REPLACE INTO stock VALUES ('s1', 'a', 1, 1, NULL)", "linli: no rights: stock.available (another")
        #expect(try store.rows("SELECT available FROM stock") == "6")
        #expect(try store.rows("SELECT node, units FROM linli_rights ORDER BY node") == "hub|6;s1|0")
    }

    @Test func onlyWhomTheSchemaNamesRaisesAnEscrowColumn() throws {
        let store = try CornerReplica.store()
        store.takes("INSERT INTO voucher(code) VALUES ('x')")
        store.refuses(
            "INSERT INTO voucher(code, uses) VALUES ('y', 5)",
            "linli: not yours: voucher.uses (this node may not raise it)"
        )
        store.refuses("UPDATE voucher SET uses = 1", "linli: not yours: voucher.uses (")
        let hub = try CornerReplica(.hub)
        hub.takes("INSERT INTO voucher VALUES ('y', 5); UPDATE voucher SET uses = uses - 7")
        hub.refuses("UPDATE voucher SET uses = uses - 1", "linli: no rights: voucher.uses (")
    }

    @Test func anEffectThatFindsNoRowFailsTheStatement() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO customer_order(id, store_id) VALUES ('o', 's1')")
        store.refuses(
            "INSERT INTO order_line VALUES ('o', 1, 'nosuch', 1)",
            "linli: effect: order_line (its effect found no row to change)"
        )
        store.refuses("INSERT OR IGNORE INTO order_line VALUES ('o', 1, 'nosuch', 1)", "linli: effect: order_line (")
        store.takes("INSERT INTO basket(store_id, name) VALUES ('s1', 'x'); DELETE FROM basket")
    }
}
