import Testing

@Suite struct KeepTests {
    @Test(arguments: ["OFF", "ON"]) func aBetterValueStaysWithoutAWord(recursiveTriggers: String) throws {
        let store = try CornerReplica.store()
        try store.run("PRAGMA recursive_triggers = \(recursiveTriggers)")
        try store.run("INSERT INTO mark(k, hi, lo, first_at, t) VALUES ('a', 5, 5, 5, 'x')")
        try store.run("UPDATE mark SET hi = 3, lo = 7, first_at = 9, t = 'y'")
        #expect(try store.rows("SELECT hi, lo, first_at, t FROM mark") == "5|5|5|y")
        try store.run("UPDATE mark SET hi = NULL, lo = NULL, first_at = NULL")
        #expect(try store.rows("SELECT hi, lo, first_at FROM mark") == "5|5|5")
        try store.run("UPDATE mark SET hi = 8, lo = 2")
        #expect(try store.rows("SELECT hi, lo, first_at FROM mark") == "8|2|5")
        #expect(try store.rows("SELECT active FROM linli_restore") == "0")
    }

    @Test(arguments: ["OFF", "ON"]) func anEffectOfSettingRunsOnceAndOnInsertToo(recursiveTriggers: String) throws {
        let store = try CornerReplica.store()
        try store.run("PRAGMA recursive_triggers = \(recursiveTriggers)")
        try store.run("INSERT INTO customer_order(id, store_id, note) VALUES ('o', 's1', 'note')")
        try store.run("UPDATE customer_order SET cancelled_at = 5")
        try store.run("UPDATE customer_order SET cancelled_at = 6")
        try store.run("UPDATE customer_order SET cancelled_at = NULL")
        try store.run("INSERT INTO customer_order(id, store_id, cancelled_at) VALUES ('p', 's1', 1)")
        #expect(try store.rows("SELECT id, what FROM journal ORDER BY id") == "o|note;p|new")
        #expect(try store.rows("SELECT status FROM customer_order ORDER BY id") == "cancelled;cancelled")
    }

    @Test func deletingAParentDeletesItsChildren() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO shelf(id, store_id) VALUES ('a', 's1'), ('b', 's1')")
        try store.run("INSERT INTO slot(id, shelf_id) VALUES ('1', 'a'), ('2', 'b'), ('3', 'a')")
        try store.run("DELETE FROM shelf WHERE id = 'a'")
        #expect(try store.rows("SELECT id FROM slot") == "2")
    }

    @Test func theNodeIsKnownToSQL() throws {
        let store = try CornerReplica.store()
        #expect(try store.rows("SELECT node, site, role FROM linli_node") == "s1|0000000000000007|store")
    }
}
