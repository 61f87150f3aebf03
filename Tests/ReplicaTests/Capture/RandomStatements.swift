/// Every way in which an application writes SQL, at random: most statements work, many are refused.
struct RandomStatements {
    private(set) var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func next() -> String {
        switch random.number(0...19) {
        case 0...4: mark()
        case 5...6: tick()
        case 7...10: stock()
        case 11...14: order()
        case 15: shelf()
        case 16: transfer()
        case 17: basket()
        case 18: voucher()
        default: refused()
        }
    }

    mutating func transaction(isOpen: Bool, savepoints: inout Int) -> String? {
        if !isOpen {
            savepoints = 0
            return random.chance(15) ? random.pick(["BEGIN", "BEGIN IMMEDIATE"]) : nil
        }
        switch random.number(0...99) {
        case 0..<10:
            savepoints = 0
            return random.pick(["COMMIT", "ROLLBACK", "COMMIT"])
        case 10..<17:
            savepoints += 1
            return "SAVEPOINT p\(savepoints)"
        case 17..<25 where savepoints > 0:
            let undo = random.chance(50)
            if !undo { savepoints -= 1 }
            return undo ? "ROLLBACK TO p\(savepoints)" : "RELEASE p\(savepoints + 1)"
        default: return nil
        }
    }

    // MARK: Tables

    private mutating func mark() -> String {
        let key = random.pick(Self.markKeys)
        switch random.number(0...14) {
        case 0...3:
            let rows = (0..<random.pick([1, 1, 2, 4])).map { _ in
                "(\(random.pick(Self.markKeys)), \(counter()), \(counter()), \(number()), \(number()), \(blob()), "
                    + "\(random.pick(["0", "1", "NULL", "1", "2"])), \(text()), \(number()))"
            }
            let clause = orClause()
            let sets = [
                "n = n + excluded.n", "n = excluded.n, t = excluded.t", "hi = excluded.hi",
                "m = mark.m - 1, b = excluded.b",
            ]
            return
                "INSERT \(clause) INTO mark(k, n, m, hi, lo, b, f, t,"
                + " first_at) VALUES \(rows.joined(separator: ", "))"
                + (clause.isEmpty ? upsert("k", sets) : "") + random.pick(["", " RETURNING *"])
        case 4: return "REPLACE INTO mark(k, n, t) VALUES (\(key), \(random.number(-9...9)), \(text()))"
        case 5:
            return
                "INSERT OR REPLACE INTO mark(k, n, m, hi, lo, b, f, t) SELECT k, n + 1, m, hi, lo, b, f, t "
                + "FROM mark WHERE n % 2 = 0"
        case 6:
            return
                "UPDATE \(orClause()) mark SET n = n + \(random.number(-5...5)), hi = \(number()),"
                + " lo = \(number()), t = \(text()) WHERE k = \(key)"
        case 7: return "UPDATE \(orClause()) mark SET n = n - 1, m = coalesce(m, 0) + n"
        case 8: return "UPDATE \(orClause()) mark SET k = \(random.pick(Self.markKeys)) WHERE k = \(key)"
        case 9: return "DELETE FROM mark WHERE k = \(key)\(random.pick([" RETURNING n", ""]))"
        case 10: return random.chance(30) ? "DELETE FROM mark" : "UPDATE mark SET p = \(text()) WHERE k = \(key)"
        case 11:
            return
                "UPDATE mark SET n = mark.n + x.s FROM (SELECT sum(n) AS s FROM tick "
                + "WHERE n BETWEEN -100 AND 100) AS x WHERE x.s IS NOT NULL AND k <> \(key)"
        case 12:
            return
                "UPDATE \(orClause()) mark SET f = \(random.number(0...2)), b = \(blob()),"
                + " must = \(random.pick(["'m'", "NULL", "''"])) WHERE k = \(key)"
        case 13: return "UPDATE mark SET first_at = \(number()), q = \(number()), t = t, n = n, k = k"
        default: return "UPDATE mark SET n = n + m WHERE k IN (SELECT k FROM mark ORDER BY k LIMIT 2) RETURNING n"
        }
    }

    private mutating func tick() -> String {
        let key = random.pick(Self.tickKeys)
        switch random.number(0...7) {
        case 0...1:
            let clause = orClause()
            return "INSERT \(clause) INTO tick VALUES (\(key), \(counter()), \(text()))"
                + (clause.isEmpty ? upsert("a", ["n = tick.n + excluded.n, t = excluded.t"]) : "")
        case 2:
            let values = ["1", "9223372036854775807", "-9223372036854775808", "1.5", "'7'", "'x'", "NULL"]
            return "UPDATE \(orClause()) tick SET n = \(random.pick(values)) WHERE a = \(key)"
        case 3: return "DELETE FROM tick WHERE a = \(key)"
        case 4: return "INSERT INTO tick(a) VALUES (NULL)"
        case 5: return "UPDATE \(orClause()) tick SET a = a + 1"
        case 6: return "UPDATE tick SET n = n + 1 WHERE a >= \(key)"
        default: return "DELETE FROM tick WHERE a = (SELECT max(a) FROM tick)"
        }
    }

    private mutating func stock() -> String {
        let sku = random.pick(Self.skus)
        let units = random.number(-3...12)
        switch random.number(0...12) {
        case 0...2:
            let clause = orClause()
            let units = random.chance(60) ? random.number(10...60) : units
            let sets = [
                "available = available + excluded.available", "available = stock.available - 3",
                "on_hand = excluded.on_hand, available = excluded.available",
            ]
            return
                "INSERT \(clause) INTO stock(store_id, sku, on_hand, available) VALUES ('s1', \(sku), \(units),"
                + " \(random.pick([units, abs(units)])))"
                + (clause.isEmpty ? upsert("store_id, sku", sets) : "")
        case 3: return "INSERT INTO stock(store_id, sku, available) VALUES ('s2', \(sku), 1)"
        case 4: return "UPDATE \(orClause()) stock SET available = available - \(units) WHERE sku = \(sku)"
        case 5: return "UPDATE \(orClause()) stock SET available = available - 1"
        case 6:
            return random.chance(40)
                ? "DELETE FROM stock WHERE sku = \(sku)"
                : "UPDATE stock SET available = available + 20 WHERE sku = \(sku)"
        case 7: return "UPDATE stock SET on_hand = on_hand - 1, note = \(text())"
        case 8...9:
            let to = random.pick(["'hub'", "'hub'", "'hub'", "'hub'", "'s1'", "'s2'", "NULL"])
            let many = random.pick(["1", "2", "3", "4", "5", "1", "0", "-1", "NULL", "50"])
            return
                "INSERT \(orClause()) INTO linli_grant(\"table\", \"key\", \"column\", \"to\", units) "
                + "VALUES ('stock', json_array('s1', \(sku)), 'available', \(to), \(many))"
        case 10:
            return
                "REPLACE INTO stock(store_id, sku, on_hand, available) SELECT store_id, sku, on_hand, available "
                + "FROM stock"
        case 11:
            let key = random.pick(["'[\"s1\",\"a\"]'", "'nonsense'", "'[\"s1\"]'", "'{}'", "NULL"])
            return "INSERT OR IGNORE INTO linli_grant VALUES ('stock', \(key), 'available', 'hub', 1, NULL)"
        default: return "UPDATE \(orClause()) stock SET available = NULL WHERE sku = \(sku)"
        }
    }

    private mutating func order() -> String {
        let id = random.pick(Self.orderIDs)
        switch random.number(0...13) {
        case 0...1:
            let clause = orClause()
            return
                "INSERT \(clause) INTO customer_order(id, store_id, placed_at, cancelled_at, note) VALUES (\(id),"
                + " \(random.pick(["'s1'", "'s1'", "'s1'", "'s2'"])), \(random.pick(["NULL", "1", "2"])),"
                + " \(random.pick(["NULL", "NULL", "4"])), \(text()))"
                + (clause.isEmpty
                    ? upsert("id", ["note = excluded.note", "handed_over_at = excluded.placed_at", "cancelled_at = 7"])
                    : "")
        case 2:
            return "INSERT \(random.pick(["", "OR IGNORE"])) INTO customer_order(id, store_id) VALUES (NULL,"
                + " 's1')"
        case 3: return "INSERT INTO customer_order(store_id, placed_at) VALUES ('s1', 5) RETURNING id"
        case 4:
            return
                "UPDATE \(orClause()) customer_order SET placed_at = \(number()),"
                + " cancelled_at = \(random.pick(["NULL", "3", "4"])) WHERE id = \(id)"
        case 5:
            return
                "UPDATE customer_order SET handed_over_at = coalesce(handed_over_at, 9), note = note || 'x' "
                + "WHERE id = \(id)"
        case 6: return "DELETE FROM customer_order WHERE id = \(id)"
        case 7:
            return "UPDATE customer_order SET store_id = \(random.pick(["'s1'", "'s2'", "NULL"])) "
                + "WHERE id = \(id)"
        case 8: return "UPDATE \(orClause()) order_line SET quantity = quantity + 1"
        case 9: return "DELETE FROM order_line"
        default:
            let rows = (0..<random.pick([1, 1, 2, 3])).map { _ in
                "(\(id), \(random.number(1...99)), \(random.pick(Self.skus)),"
                    + " \(random.pick(["1", "1", "2", "1", "2", "1", "0", "NULL", "9"])))"
            }
            return "INSERT \(orClause()) INTO order_line VALUES \(rows.joined(separator: ", "))"
        }
    }

    private mutating func shelf() -> String {
        let id = random.pick(["'a'", "'b'"])
        return switch random.number(0...6) {
        case 0: "INSERT \(orClause()) INTO shelf VALUES (\(id), \(random.pick(["'s1'", "'s1'", "'s2'"])), \(text()))"
        case 1: "INSERT \(orClause()) INTO slot(shelf_id, sku) VALUES (\(id), 'x'), (\(id), 'y')"
        case 2: "INSERT INTO slot VALUES ('z', \(id), 'x') ON CONFLICT DO UPDATE SET sku = sku || 'x'"
        case 3: "DELETE FROM shelf WHERE id = \(id)"
        case 4: "DELETE FROM slot WHERE shelf_id = \(id)"
        case 5: "UPDATE shelf SET store_id = \(random.pick(["'s1'", "'s2'"])), label = \(text()) WHERE id = \(id)"
        default: "REPLACE INTO shelf VALUES (\(id), 's1', \(text()))"
        }
    }

    private mutating func transfer() -> String {
        let id = random.pick(Self.orderIDs)
        return switch random.number(0...4) {
        case 0...1:
            "INSERT \(orClause()) INTO transfer(id, from_store, to_store, quantity) VALUES (\(id),"
                + " \(random.pick(["'s1'", "'s3'"])), \(random.pick(["'s1'", "'s2'"])), 1)"
        case 2:
            "UPDATE \(orClause()) transfer SET quantity = quantity + 1,"
                + " received_at = \(random.pick(["received_at", "5"]))"
        case 3: "DELETE FROM transfer"
        default: "REPLACE INTO transfer(id, from_store, quantity) VALUES (\(id), 's1', 3)"
        }
    }

    private mutating func basket() -> String {
        switch random.number(0...2) {
        case 0: "INSERT \(orClause()) INTO basket VALUES ('s1', \(random.pick(Self.markKeys)), \(text()))"
        case 1: "DELETE FROM basket"
        default: "REPLACE INTO basket SELECT store_id, name, 'again' FROM basket"
        }
    }

    private mutating func voucher() -> String {
        switch random.number(0...3) {
        case 0...1:
            "INSERT \(orClause()) INTO voucher VALUES (\(random.pick(["'v'", "'w'"])), \(random.number(-3...1)))"
        case 2: "UPDATE voucher SET uses = uses - 1"
        default: "DELETE FROM voucher WHERE code = 'v'"
        }
    }

    private mutating func refused() -> String {
        random.pick([
            "INSERT OR REPLACE INTO product VALUES ('a', 'x', 1, 1, NULL)", "UPDATE product SET name = 'z'",
            "DELETE FROM product", "INSERT OR IGNORE INTO ledger(text) VALUES ('x')",
            "PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers = OFF",
            "INSERT INTO journal VALUES ('s1', 'j', 'x') ON CONFLICT DO NOTHING",
            "INSERT OR REPLACE INTO region_notice VALUES ('east', '1', 'x'), ('east', '1', 'y')",
        ])
    }

    // MARK: Values

    private static let markKeys = [
        "''", "'it''s'", "'caf\u{e9}'", "'cafe\u{301}'", "'a' || char(10)", "'\u{1f600}'", "'k1'", "'k2'",
        "'a' || char(0) || 'b'",
        "printf('%.*c', 300, 'k')",
    ]
    private static let tickKeys = ["0", "-1", "1", "9223372036854775807", "-9223372036854775808", "42"]
    private static let orderIDs = [
        "'o1'", "'o1'", "'o1'", "'o''2'", "'\u{e9}'", "'e\u{301}'", "''", "'o' || char(10) || '6'", "'[\"j\"]'",
    ]
    private static let skus = ["'a'", "'b'''", "'\u{4e2d}'"]

    private mutating func orClause() -> String {
        random.pick(["", "", "OR IGNORE", "OR REPLACE", "OR REPLACE", "OR ABORT", "OR FAIL", "OR ROLLBACK"])
    }

    private mutating func upsert(_ key: String, _ sets: [String]) -> String {
        let set = random.pick(sets)
        return random.pick([
            "", "", " ON CONFLICT DO NOTHING", " ON CONFLICT(\(key)) DO UPDATE SET \(set)",
            " ON CONFLICT(\(key)) DO UPDATE SET \(set) WHERE length(\(key.split(separator: ",")[0])) < 9",
        ])
    }

    private mutating func number() -> String {
        random.pick([
            "NULL", "0", "1", "-1", "5", "7", "9007199254740992", "-9223372036854775808", "9223372036854775807",
            "\(random.number(-99...99))",
        ])
    }

    private mutating func counter() -> String {
        random.pick(["0", "3", "-4", "NULL", "9007199254740992", "9007199254740993", "2"])
    }

    private mutating func text() -> String {
        random.pick(["NULL", "''", "'x'", "'it''s'", "'\u{4e2d}\u{6587}'", "'a' || char(0) || 'b'", "'\u{1f600}'"])
    }

    private mutating func blob() -> String { random.pick(["NULL", "x''", "x'00'", "x'7a7a'", "zeroblob(3000)"]) }
}
