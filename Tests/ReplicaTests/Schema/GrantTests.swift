import Replica
import Testing

@Suite struct GrantTests {
    /// The values of an INSERT into `linli_grant`, and how its refusal begins.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let values: String
        let refusal: String

        init(_ values: String, _ refusal: String) {
            self.values = values
            self.refusal = refusal
        }

        var testDescription: String { values }
    }

    private static let key = "'[\"s1\",\"a\"]'"
    static let mistakes = [
        Mistake(
            "'stock', \(key), 'available', 'hub', 11",
            "no rights: stock.available (it is more than this node holds)"
        ),
        Mistake("'stock', '[\"s1\",\"zz\"]', 'available', 'hub', 1", "no rights: stock.available ("),
        Mistake("'stock', '[\"s1\",\"a\",1]', 'available', 'hub', 1", "no rights: stock.available ("),
        Mistake("'stock', '[\"s1\"]', 'available', 'hub', 1", "no rights: stock.available ("),
        Mistake("'stock', 's1', 'available', 'hub', 1", "check: linli_grant.key ("),
        Mistake("'stock', NULL, 'available', 'hub', 1", "check: linli_grant.key ("),
        Mistake("'stock', '{}', 'available', 'hub', 1", "check: linli_grant.key ("),
        Mistake("'stock', \(key), 'on_hand', 'hub', 1", "check: linli_grant.column ("),
        Mistake("'tick', \(key), 'available', 'hub', 1", "check: linli_grant.column ("),
        Mistake("NULL, \(key), 'available', 'hub', 1", "check: linli_grant.column ("),
        Mistake("'stock', \(key), NULL, 'hub', 1", "check: linli_grant.column ("),
        Mistake("'stock', \(key), 'available', 'hub', 0", "check: linli_grant.units ("),
        Mistake("'stock', \(key), 'available', 'hub', -1", "check: linli_grant.units ("),
        Mistake("'stock', \(key), 'available', 'hub', NULL", "check: linli_grant.units ("),
        Mistake("'stock', \(key), 'available', 's1', 1", "check: linli_grant.to (it names another node)"),
        Mistake("'stock', \(key), 'available', 'S 2', 1", "check: linli_grant.to (it names another node)"),
        Mistake("'stock', \(key), 'available', '', 1", "check: linli_grant.to (it names another node)"),
        Mistake("'stock', \(key), 'available', NULL, 1", "check: linli_grant.to (it names another node)"),
        Mistake("'stock', \(key), 'available', 's2', 1", "check: linli_grant.to (it does not receive the row)"),
    ]

    private func grant(_ values: String, or clause: String = "") -> String {
        "INSERT \(clause) INTO linli_grant(\"table\", \"key\", \"column\", \"to\", units) VALUES (\(values))"
    }

    @Test(arguments: mistakes) func aGrantSaysWhatIsWrongWithIt(mistake: Mistake) throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO stock VALUES ('s1', 'a', 10, 10, NULL)")
        store.refuses(grant(mistake.values), "linli: \(mistake.refusal)")
        store.refuses(grant(mistake.values, or: "OR IGNORE"), "linli: \(mistake.refusal)")
        #expect(try store.rows("SELECT units FROM linli_rights") == "10")
    }

    @Test func aGrantMovesTheUnitsAndStands() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO stock VALUES ('s1', 'a', 10, 10, NULL)")
        store.takes(grant("'stock', json_array('s1', 'a'), 'available', 'hub', 3"))
        store.refuses("UPDATE linli_grant SET units = 1", "linli: immutable: linli_grant (")
        store.refuses("DELETE FROM linli_grant", "linli: immutable: linli_grant (")
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
        hub.takes(grant("'stock', \(Self.key), 'available', 's1', 1"))
        hub.refuses(grant("'stock', \(Self.key), 'available', 's2', 1"), "linli: check: linli_grant.to (it does not")
        hub.takes(grant("'voucher', '[\"v\"]', 'uses', 's2', 1"))
        hub.refuses(grant("'voucher', '[\"v\"]', 'uses', 'nobody', 1"), "linli: check: linli_grant.to (it does not")
    }
}
