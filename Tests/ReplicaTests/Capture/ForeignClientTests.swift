import ChangeLog
import Replica
import Testing

/// The `sqlite3` shell and Python write to the file as tills do, and are captured and refused like anybody.
@Suite struct ForeignClientTests {
    private func check(_ write: (String) throws -> String, expect refusals: [String]) throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            let store = try CornerReplica(.store(try #require(NodeName("s1")), region: "east"), path: path)
            let output = try write(path)
            for refusal in refusals { #expect(output.contains(refusal), "\(output)") }
            let batches = CapturedBatches(plan: store.plan)
            let difference = try store.connection.read { sql in
                let operations = try batches.next(sql)
                #expect(operations.count >= 6)
                return try batches.difference(sql)
            }
            #expect(difference == nil)
            #expect(try store.rows("SELECT sku, on_hand, available FROM stock ORDER BY sku") == "a|7|8;b'|1|0")
        }
    }

    private static let refusals = [
        "linli: no rights: stock.available", "linli: immutable: order_line", "linli: not yours: product",
        "linli: check: order_line.quantity", "linli: key: mark",
    ]

    @Test func theShellWritesAndIsRefused() throws {
        guard ForeignClient.isPresent("sqlite3") else { return }
        let script = """
            .bail off
            INSERT INTO stock(store_id, sku, on_hand, available) VALUES ('s1', 'a', 9, 10), ('s1', 'b''', 1, 0);
            BEGIN;
            INSERT INTO customer_order(id, store_id, note) VALUES ('o', 's1', 'it''s 中文');
            INSERT INTO order_line VALUES ('o', 1, 'a', 2);
            COMMIT;
            UPDATE stock SET on_hand = on_hand - 2 WHERE sku = 'a';
            UPDATE stock SET available = available - 9 WHERE sku = 'a';
            DELETE FROM order_line;
            UPDATE product SET name = 'x';
            INSERT INTO product(sku) VALUES ('x');
            INSERT OR IGNORE INTO order_line VALUES ('o', 2, 'a', 0);
            INSERT INTO mark(k, n) VALUES ('café', 1) ON CONFLICT DO UPDATE SET n = n + 1;
            INSERT OR REPLACE INTO mark(k, n) VALUES ('café', 5) RETURNING k;
            UPDATE mark SET k = 'other';
            """
        try check(
            { path in try ForeignClient.run("sqlite3 '\(path)' <<'END'\n\(script)\nEND\n") },
            expect: Self.refusals
        )
    }

    @Test func pythonWritesAndIsRefused() throws {
        guard ForeignClient.isPresent("python3") else { return }
        let script = """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1])
            def refused(sql, *values):
                try:
                    with c: c.execute(sql, values)
                    print("NOT REFUSED", sql)
                except sqlite3.IntegrityError as e: print(e)
            with c:
                rows = [("s1", "a", 9, 10), ("s1", "b'", 1, 0)]
                c.executemany("INSERT INTO stock(store_id, sku, on_hand, available) VALUES (?, ?, ?, ?)", rows)
                c.execute("INSERT INTO customer_order(id, store_id, note) VALUES (?, ?, ?)", ("o", "s1", "a\\0b 😀"))
                c.execute("INSERT INTO order_line VALUES ('o', 1, 'a', 2)")
            with c: c.execute("UPDATE stock SET on_hand = on_hand - 2 WHERE sku = ?", ("a",))
            refused("UPDATE stock SET available = available - 9 WHERE sku = ?", "a")
            refused("DELETE FROM order_line")
            refused("INSERT INTO product(sku) VALUES ('x')")
            refused("INSERT OR IGNORE INTO order_line VALUES ('o', 2, 'a', 0)")
            refused("INSERT INTO mark(k) VALUES (?)", "nul\\0nul")
            with c:
                row = ("cafe\u{301}", b"\\x00\\xff")
                print(c.execute("INSERT INTO mark(k, b) VALUES (?, ?) RETURNING k", row).fetchall())
                c.execute("INSERT INTO mark(k, n) VALUES (?, 3)", ("café",))
            """
        try withTemporaryDirectory { scripts in
            let file = "\(scripts)/client.py"
            let text = script.replacing("'", with: "'\\''")
            _ = try ForeignClient.run("printf '%s' '\(text)' > '\(file)'")
            try check(
                { path in
                    let output = try ForeignClient.run("python3 '\(file)' '\(path)'")
                    #expect(!output.contains("NOT REFUSED"), "\(output)")
                    return output
                },
                expect: Self.refusals
            )
        }
    }
}
