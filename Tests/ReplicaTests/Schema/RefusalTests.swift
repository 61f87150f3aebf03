import Replica
import Testing

@Suite struct RefusalTests {
    @Test func aStoreMayNotWriteWhatIsTheHubs() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO product(sku, name) VALUES ('a', 'Apple')")
        #expect(
            store.refusal("INSERT INTO product(sku) VALUES ('b')")
                == "linli: not yours: product (only the hub writes it)"
        )
        #expect(
            store.refusal("INSERT OR IGNORE INTO product(sku) VALUES ('b')")?.hasPrefix("linli: not yours: product")
                == true
        )
        #expect(store.refusal("DELETE FROM product")?.hasPrefix("linli: not yours: product (") == true)
        #expect(
            store.refusal("UPDATE product SET name = 'x'") == "linli: not yours: product.name (only the hub writes it)"
        )
        #expect(
            store.refusal("UPDATE OR IGNORE product SET name = 'x'")?.hasPrefix("linli: not yours: product.name")
                == true
        )
        #expect(store.refusal("UPDATE product SET remark = 'fresh'") == nil)
        #expect(store.refusal("INSERT INTO ledger(text) VALUES ('x')")?.hasPrefix("linli: not yours: ledger (") == true)
    }

    @Test func aStoreWritesOnlyRowsOfItsOwnScope() throws {
        let store = try CornerReplica.store()
        #expect(store.refusal("INSERT INTO stock(store_id, sku) VALUES ('s1', 'a')") == nil)
        #expect(
            store.refusal("INSERT INTO stock(store_id, sku) VALUES ('s2', 'a')")
                == "linli: not yours: stock (the row is not in the scope of s1)"
        )
        try store.receive("INSERT INTO customer_order(id, store_id) VALUES ('far', 's2')")
        #expect(
            store.refusal("UPDATE customer_order SET note = 'x' WHERE id = 'far'")?.hasPrefix(
                "linli: not yours: customer_order ("
            ) == true
        )
        #expect(
            store.refusal("DELETE FROM customer_order WHERE id = 'far'")?.hasPrefix(
                "linli: immutable: customer_order ("
            ) == true
        )
        #expect(store.refusal("INSERT INTO region_notice(region, id) VALUES ('east', '1')") == nil)
        #expect(
            store.refusal("INSERT INTO region_notice(region, id) VALUES ('west', '1')")?.hasPrefix(
                "linli: not yours: region_notice ("
            ) == true
        )
        #expect(
            store.refusal("INSERT INTO slot(shelf_id) VALUES ('nowhere')")?.hasPrefix("linli: not yours: slot (")
                == true
        )
        try store.receive("INSERT INTO shelf(id, store_id) VALUES ('theirs', 's2')")
        #expect(
            store.refusal("INSERT INTO slot(shelf_id) VALUES ('theirs')")?.hasPrefix("linli: not yours: slot (") == true
        )
        #expect(
            store.refusal(
                "INSERT INTO shelf(id, store_id) VALUES ('mine', 's1'); INSERT INTO slot(shelf_id) VALUES ('mine')"
            ) == nil
        )
    }

    @Test func theHubMayNotWriteWhatIsAStores() throws {
        let hub = try CornerReplica(.hub)
        #expect(
            hub.refusal("INSERT INTO stock(store_id, sku) VALUES ('s1', 'a')")
                == "linli: not yours: stock (only the store of the row writes it)"
        )
        try hub.receive(
            "INSERT INTO stock(store_id, sku, available) VALUES ('s1', 'a', 10); INSERT INTO linli_held_stock VALUES ('s1', 'a', 4)"
        )
        #expect(
            hub.refusal("UPDATE stock SET on_hand = 1")
                == "linli: not yours: stock.on_hand (only the store of the row writes it)"
        )
        #expect(
            hub.refusal("UPDATE stock SET available = available + 1")
                == "linli: not yours: stock.available (this node may not raise it)"
        )
        #expect(hub.refusal("UPDATE stock SET available = available - 3") == nil)
        #expect(hub.refusal("INSERT INTO customer_order(id, store_id) VALUES ('o', 's1')") == nil)
        #expect(
            hub.refusal("INSERT INTO customer_order(store_id, handed_over_at) VALUES ('s1', 5)")
                == "linli: not yours: customer_order.handed_over_at (only the store of the row writes it)"
        )
        #expect(
            hub.refusal("UPDATE customer_order SET handed_over_at = 5")?.hasPrefix(
                "linli: not yours: customer_order.handed_over_at ("
            ) == true
        )
    }

    @Test func aTransferHasASenderAndAReceiver() throws {
        let sender = try CornerReplica.store("s1")
        #expect(sender.refusal("INSERT INTO transfer(id, from_store, to_store) VALUES ('t', 's1', 's2')") == nil)
        #expect(
            sender.refusal("INSERT INTO transfer(id, from_store, to_store) VALUES ('u', 's2', 's1')")?.hasPrefix(
                "linli: not yours: transfer ("
            ) == true
        )
        #expect(
            sender.refusal("INSERT INTO transfer(id, from_store, to_store, received_at) VALUES ('u', 's1', 's2', 5)")?
                .hasPrefix("linli: not yours: transfer.received_at (") == true
        )
        #expect(sender.refusal("UPDATE transfer SET quantity = 2") == nil)
        #expect(
            sender.refusal("UPDATE transfer SET received_at = 2")?.hasPrefix("linli: not yours: transfer.received_at (")
                == true
        )
        let receiver = try CornerReplica.store("s2")
        try receiver.receive("INSERT INTO transfer(id, from_store, to_store) VALUES ('t', 's1', 's2')")
        #expect(receiver.refusal("UPDATE transfer SET received_at = 2") == nil)
        #expect(receiver.refusal("UPDATE transfer SET quantity = 2")?.hasPrefix("linli: not yours: transfer") == true)
        #expect(receiver.refusal("DELETE FROM transfer")?.hasPrefix("linli: not yours: transfer (") == true)
    }

    @Test func rowsOfImmutableTablesAreOnlyInserted() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO journal VALUES ('s1', '1', 'x')")
        #expect(
            store.refusal("UPDATE journal SET what = 'y'")
                == "linli: immutable: journal (rows are only inserted, never changed)"
        )
        #expect(
            store.refusal("DELETE FROM journal") == "linli: immutable: journal (rows are only inserted, never deleted)"
        )
        #expect(
            store.refusal("REPLACE INTO journal VALUES ('s1', '1', 'y')")
                == "linli: immutable: journal (rows are only inserted, never replaced)"
        )
        #expect(
            store.refusal("INSERT INTO journal VALUES ('s1', '1', 'y') ON CONFLICT DO UPDATE SET what = 'y'")?
                .hasPrefix("linli: immutable: journal (") == true
        )
        #expect(store.refusal("INSERT OR IGNORE INTO journal VALUES ('s1', '1', 'y')") == nil)
        #expect(try store.rows("SELECT what FROM journal") == "x")
        try store.run("INSERT INTO customer_order(id, store_id) VALUES ('o', 's1')")
        #expect(
            store.refusal("DELETE FROM customer_order")
                == "linli: immutable: customer_order (rows of order_line hang on it, and are never deleted)"
        )
    }

    @Test func aKeyIsNeverChangedNorOddlyMade() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO mark(k) VALUES ('a'), ('b')")
        #expect(
            store.refusal("UPDATE mark SET k = 'c' WHERE k = 'a'")
                == "linli: key: mark (a key is never changed; delete the row and insert another)"
        )
        #expect(
            store.refusal("UPDATE OR REPLACE mark SET k = 'b' WHERE k = 'a'")?.hasPrefix("linli: key: mark (") == true
        )
        #expect(
            store.refusal("UPDATE OR IGNORE mark SET k = 'b' WHERE k = 'a'")?.hasPrefix("linli: key: mark (") == true
        )
        #expect(store.refusal("UPDATE mark SET k = k, n = 1") == nil)
        #expect(
            store.refusal("INSERT INTO mark(k) VALUES ('a' || char(0) || 'b')")
                == "linli: key: mark (a key must not contain a NUL character)"
        )
        #expect(
            store.refusal("INSERT OR IGNORE INTO mark(k) VALUES (NULL)")
                == "linli: key: mark (a key column must not be NULL)"
        )
        #expect(try store.rows("SELECT k FROM mark ORDER BY k") == "a;b")
    }

    @Test func checksSpeakInOurWordsAndNoOrClauseSkipsThem() throws {
        let store = try CornerReplica.store()
        try store.run(
            "INSERT INTO customer_order(id, store_id) VALUES ('o', 's1'); INSERT INTO stock VALUES ('s1', 'a', 9, 9, NULL)"
        )
        let refused = "linli: check: order_line.quantity (quantity > 0)"
        #expect(store.refusal("INSERT INTO order_line VALUES ('o', 1, 'a', 0)") == refused)
        #expect(store.refusal("INSERT OR IGNORE INTO order_line VALUES ('o', 1, 'a', 0)") == refused)
        #expect(store.refusal("INSERT OR REPLACE INTO order_line VALUES ('o', 1, 'a', 0)") == refused)
        #expect(
            store.refusal("INSERT OR IGNORE INTO order_line VALUES ('o', 1, 'a', NULL)")
                == "linli: check: order_line.quantity (it must not be NULL)"
        )
        try store.run("INSERT INTO mark(k) VALUES ('a')")
        #expect(store.refusal("UPDATE mark SET f = 2") == "linli: check: mark.f (it is 0 or 1)")
        #expect(store.refusal("UPDATE OR IGNORE mark SET f = 2") == "linli: check: mark.f (it is 0 or 1)")
        #expect(
            store.refusal("UPDATE OR REPLACE mark SET must = NULL") == "linli: check: mark.must (it must not be NULL)"
        )
        #expect(
            store.refusal("UPDATE mark SET n = 9007199254740993")
                == "linli: check: mark.n (it is an integer within 2^53)"
        )
        #expect(
            store.refusal("UPDATE OR IGNORE mark SET n = NULL") == "linli: check: mark.n (it is an integer within 2^53)"
        )
        #expect(
            store.refusal("INSERT OR IGNORE INTO mark(k, n) VALUES ('z', NULL)")?.hasPrefix("linli: check: mark.n (")
                == true
        )
        #expect(
            store.refusal("UPDATE mark SET t = printf('%.*c', 400000, 'x')")?.hasPrefix(
                "linli: check: mark.t (it is longer than "
            ) == true
        )
        #expect(
            store.refusal("INSERT INTO mark(k, b) VALUES ('y', zeroblob(400000))")?.hasPrefix("linli: check: mark.b (")
                == true
        )
        #expect(try store.rows("SELECT count(*) FROM order_line") == "0")
    }

    @Test func rightsAreSpentOnlyWhereTheyAreHeld() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO stock VALUES ('s1', 'a', 10, 10, NULL)")
        try store.run(
            "INSERT INTO linli_grant(\"table\", \"key\", \"column\", \"to\", units) VALUES ('stock', '[\"s1\",\"a\"]', 'available', 'hub', 6)"
        )
        let refused = "linli: no rights: stock.available (it falls by more than this node may spend)"
        #expect(store.refusal("UPDATE stock SET available = available - 5") == refused)
        #expect(store.refusal("UPDATE OR IGNORE stock SET available = available - 5") == refused)
        #expect(store.refusal("UPDATE stock SET available = available - 4") == nil)
        #expect(
            store.refusal("INSERT INTO stock VALUES ('s1', 'b', 0, -1, NULL)")
                == "linli: no rights: stock.available (it begins below its floor)"
        )
        #expect(
            store.refusal("DELETE FROM stock")
                == "linli: no rights: stock.available (another node holds rights in the row)"
        )
        #expect(
            store.refusal("REPLACE INTO stock VALUES ('s1', 'a', 1, 1, NULL)")?.hasPrefix(
                "linli: no rights: stock.available (another"
            ) == true
        )
        #expect(try store.rows("SELECT available FROM stock") == "6")
        #expect(try store.rows("SELECT node, units FROM linli_rights ORDER BY node") == "hub|6;s1|0")
    }

    @Test func onlyWhomTheSchemaNamesRaisesAnEscrowColumn() throws {
        let store = try CornerReplica.store()
        #expect(store.refusal("INSERT INTO voucher(code) VALUES ('x')") == nil)
        #expect(
            store.refusal("INSERT INTO voucher(code, uses) VALUES ('y', 5)")
                == "linli: not yours: voucher.uses (this node may not raise it)"
        )
        #expect(store.refusal("UPDATE voucher SET uses = 1")?.hasPrefix("linli: not yours: voucher.uses (") == true)
        let hub = try CornerReplica(.hub)
        #expect(hub.refusal("INSERT INTO voucher VALUES ('y', 5); UPDATE voucher SET uses = uses - 7") == nil)
        #expect(
            hub.refusal("UPDATE voucher SET uses = uses - 1")?.hasPrefix("linli: no rights: voucher.uses (") == true
        )
    }

    @Test func grantsSayWhatIsWrongWithThem() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO stock VALUES ('s1', 'a', 10, 10, NULL)")
        func grant(_ table: String, _ key: String, _ column: String, _ to: String, _ units: String) -> String? {
            store.refusal(
                "INSERT OR IGNORE INTO linli_grant(\"table\", \"key\", \"column\", \"to\", units) VALUES (\(table), \(key), \(column), \(to), \(units))"
            )
        }
        let key = "'[\"s1\",\"a\"]'"
        #expect(
            grant("'stock'", key, "'available'", "'hub'", "11")
                == "linli: no rights: stock.available (it is more than this node holds)"
        )
        #expect(
            grant("'stock'", "'[\"s1\",\"zz\"]'", "'available'", "'hub'", "1")?.hasPrefix(
                "linli: no rights: stock.available ("
            ) == true
        )
        #expect(
            grant("'stock'", "'[\"s1\",\"a\",1]'", "'available'", "'hub'", "1")?.hasPrefix(
                "linli: no rights: stock.available ("
            ) == true
        )
        #expect(
            grant("'stock'", "'s1'", "'available'", "'hub'", "1")?.hasPrefix("linli: check: linli_grant.key (") == true
        )
        #expect(
            grant("'stock'", "NULL", "'available'", "'hub'", "1")?.hasPrefix("linli: check: linli_grant.key (") == true
        )
        #expect(
            grant("'stock'", "'{}'", "'available'", "'hub'", "1")?.hasPrefix("linli: check: linli_grant.key (") == true
        )
        #expect(
            grant("'stock'", key, "'on_hand'", "'hub'", "1")?.hasPrefix("linli: check: linli_grant.column (") == true
        )
        #expect(
            grant("NULL", key, "'available'", "'hub'", "1")?.hasPrefix("linli: check: linli_grant.column (") == true
        )
        #expect(
            grant("'stock'", key, "'available'", "'hub'", "0")?.hasPrefix("linli: check: linli_grant.units (") == true
        )
        #expect(
            grant("'stock'", key, "'available'", "'hub'", "NULL")?.hasPrefix("linli: check: linli_grant.units (")
                == true
        )
        #expect(
            grant("'stock'", key, "'available'", "'s1'", "1")?.hasPrefix(
                "linli: check: linli_grant.to (it names another node"
            ) == true
        )
        #expect(
            grant("'stock'", key, "'available'", "'S 2'", "1")?.hasPrefix(
                "linli: check: linli_grant.to (it names another node"
            ) == true
        )
        #expect(grant("'stock'", key, "'available'", "NULL", "1")?.hasPrefix("linli: check: linli_grant.to (") == true)
        #expect(
            grant("'stock'", key, "'available'", "'s2'", "1")
                == "linli: check: linli_grant.to (it does not receive the row)"
        )
        #expect(grant("'stock'", key, "'available'", "'hub'", "3") == nil)
        #expect(store.refusal("UPDATE linli_grant SET units = 1")?.hasPrefix("linli: immutable: linli_grant (") == true)
        #expect(store.refusal("DELETE FROM linli_grant")?.hasPrefix("linli: immutable: linli_grant (") == true)
        #expect(try store.rows("SELECT node, units FROM linli_rights ORDER BY node") == "hub|3;s1|7")
        #expect(try store.rows("SELECT \"to\", units, at > 1600000000000 FROM linli_grant") == "hub|3|1")
    }

    @Test func theHubGrantsToStoresThatReceiveTheRow() throws {
        let hub = try CornerReplica(.hub)
        try hub.receive(
            """
            CREATE TABLE linli_store (store TEXT PRIMARY KEY, region TEXT) STRICT, WITHOUT ROWID;
            INSERT INTO linli_store VALUES ('s1', 'east'), ('s2', 'west');
            INSERT INTO stock VALUES ('s1', 'a', 10, 10, NULL); INSERT INTO linli_held_stock VALUES ('s1', 'a', 10);
            """
        )
        try hub.run("INSERT INTO voucher VALUES ('v', 5)")
        func grant(_ table: String, _ key: String, _ column: String, _ to: String) -> String? {
            hub.refusal(
                "INSERT INTO linli_grant(\"table\", \"key\", \"column\", \"to\", units) VALUES ('\(table)', '\(key)', '\(column)', '\(to)', 1)"
            )
        }
        #expect(grant("stock", "[\"s1\",\"a\"]", "available", "s1") == nil)
        #expect(
            grant("stock", "[\"s1\",\"a\"]", "available", "s2")
                == "linli: check: linli_grant.to (it does not receive the row)"
        )
        #expect(grant("voucher", "[\"v\"]", "uses", "s2") == nil)
        #expect(
            grant("voucher", "[\"v\"]", "uses", "nobody")
                == "linli: check: linli_grant.to (it does not receive the row)"
        )
    }

    @Test func anEffectThatFindsNoRowFailsTheStatement() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO customer_order(id, store_id) VALUES ('o', 's1')")
        #expect(
            store.refusal("INSERT INTO order_line VALUES ('o', 1, 'nosuch', 1)")
                == "linli: effect: order_line (its effect found no row to change)"
        )
        #expect(
            store.refusal("INSERT OR IGNORE INTO order_line VALUES ('o', 1, 'nosuch', 1)")?.hasPrefix(
                "linli: effect: order_line ("
            ) == true
        )
        #expect(store.refusal("INSERT INTO basket(store_id, name) VALUES ('s1', 'x'); DELETE FROM basket") == nil)
    }
}
