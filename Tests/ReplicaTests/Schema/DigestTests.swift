import ChangeLog
import NetworkSchema
import Replica
import Testing

@Suite struct DigestTests {
    private func digest(_ replica: CornerReplica) throws -> ReplicaDigest {
        try replica.connection.read { try ReplicaDigest.ofEverything($0, plan: replica.plan, scope: replica.role.node) }
    }

    private func digest(_ hub: CornerReplica, of store: String, region: String) throws -> ReplicaDigest {
        let name = try #require(NodeName(store))
        return try hub.connection.read { try ReplicaDigest.ofScope($0, plan: hub.plan, store: name, region: region) }
    }

    @Test func theHubsRowsOfAScopeDigestLikeTheStores() throws {
        let hub = try CornerReplica(.hub)
        let (one, two) = (try CornerReplica.store("s1"), try CornerReplica.store("s2", region: "west"))
        let shared =
            "INSERT INTO product(sku, name) VALUES ('a', 'Apple'); INSERT INTO tick VALUES (1, 2, NULL), (-5, 0, ''); "
        let first = """
            INSERT INTO customer_order(id, store_id) VALUES ('o1', 's1');
            INSERT INTO order_line VALUES ('o1', 1, 'a', 1);
            INSERT INTO region_notice VALUES ('east', '1', 'x');
            """
        let second = """
            INSERT INTO customer_order(id, store_id) VALUES ('o2', 's2');
            INSERT INTO order_line VALUES ('o2', 1, 'a', 1);
            """
        let both = "INSERT INTO transfer(id, from_store, to_store) VALUES ('t', 's1', 's2');"
        // The hub's own tables, as far as an orphan's scope is looked up in them.
        let orphan = "INSERT INTO slot VALUES ('orphan', 'nowhere', 'x');"
        try hub.receive(
            """
            CREATE TABLE linli_scope(id INTEGER, name TEXT); INSERT INTO linli_scope VALUES (3, 'store:s1');
            CREATE TABLE linli_row_order_line(k0 TEXT, k1 INTEGER, scope INTEGER);
            CREATE TABLE linli_row_slot(k0 TEXT, scope INTEGER); INSERT INTO linli_row_slot VALUES ('orphan', 3);
            INSERT INTO ledger VALUES ('x', 'hub only');
            """
        )
        try hub.receive(shared + first + second + both + orphan)
        try one.receive(shared + first + both + orphan)
        try two.receive(both + second + shared)
        #expect(try digest(hub, of: "s1", region: "east") == digest(one))
        #expect(try digest(hub, of: "s2", region: "west") == digest(two))
        #expect(try digest(one).total != digest(two).total)
        #expect(try digest(hub).tables.first { $0.name == "ledger" }?.rows == 1)
    }

    @Test func everyValueCounts() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO mark(k, t, b, q) VALUES ('a', 'x', x'78', 0)")
        var seen: Set<String> = [try digest(store).total]
        for change in [
            "t = NULL", "t = ''", "t = 'x' || char(0)", "b = NULL", "b = x''", "q = NULL", "q = -1", "k = 'b'",
            "k = 'cafe\u{301}'", "k = 'caf\u{e9}'", "p = 'x', t = NULL",
        ] {
            try store.receive("UPDATE mark SET \(change)")
            #expect(seen.insert(try digest(store).total).inserted, "\(change)")
        }
    }

    /// Computed by another program from the description of the format.
    @Test func theFormatStands() throws {
        let store = try CornerReplica.store()
        try store.receive(
            "INSERT INTO tick VALUES (2, -1, 'b'), (-3, 7, NULL); INSERT INTO linli_setting VALUES ('mine', 1)"
        )
        let tick = try #require(try digest(store).tables.first { $0.name == "tick" })
        #expect(tick.rows == 2)
        #expect(tick.digest == "7e38550e0e4154f53f2cce18550c232261d8934e09520800d1cfa17c3ea4b87e")
        #expect(
            try digest(store).json.hasPrefix(
                "{\"scope\":\"s1\",\"schema\":{\"name\":\"corner\",\"version\":1},\"tables\":{\"basket\":{\"rows\":0,"
                    + "\"digest\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"},"
            )
        )
    }
}
