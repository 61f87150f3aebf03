import ChangeLog
import Replica
import Testing

@testable import Simulator

/// The checker over a hub's tables made by hand: what it finds, and what it excuses.
@Suite struct ShortfallCheckerTests {
    /// A hub that owes 13 units of one row to store s, whose site a was fenced when b joined.
    private func hub() throws -> Connection {
        let connection = try Connection(path: ":memory:", pragmas: [])
        try connection.write { sql in
            try sql.execute(
                """
                CREATE TABLE linli_site(id INTEGER PRIMARY KEY, site TEXT, store TEXT, state TEXT, number INTEGER,
                  joined_at INTEGER);
                CREATE TABLE linli_quarantine(id INTEGER PRIMARY KEY, store TEXT, "table" TEXT, "key" TEXT,
                  reason TEXT, refused_at INTEGER, settled_at INTEGER);
                CREATE TABLE linli_shortfall(quarantine INTEGER, units INTEGER);
                CREATE TABLE linli_rights("table" TEXT, "key" TEXT, node TEXT, units INTEGER);
                INSERT INTO linli_site VALUES (1, 'a', 's', 'fenced', 7, 0), (2, 'b', 's', 'active', 3, 100);
                INSERT INTO linli_rights VALUES ('purse', '["s"]', 'hub', 0), ('purse', '["s"]', 's#a', 0),
                  ('purse', '["s"]', 's', 5);
                """
            )
        }
        return connection
    }

    /// What the checker says of the hub after the change; nil when nothing is amiss.
    private func found(_ checker: ShortfallChecker, _ hub: Connection, after change: String = "") throws -> String? {
        try hub.use { sql in
            try sql.execute(change)
            do {
                try checker.check(Snapshot(node: .hub, store: nil, sql: sql))
                return nil
            } catch let broken as Broken { return broken.found }
        }
    }

    private let owe = """
        INSERT INTO linli_quarantine VALUES (1, 's', 'purse', '["s"]', 'no rights', 200, NULL);
        INSERT INTO linli_shortfall VALUES (1, 13);
        """
    private let fencedHolds = "UPDATE linli_rights SET units = 9 WHERE node = 's#a';"

    @Test("Units of the hub, or of a site fenced before, beside what is owed are found")
    func finds() throws {
        for holder in ["hub", "s#a"] {
            let (hub, checker) = (try hub(), ShortfallChecker())
            #expect(try found(checker, hub) == nil)
            let change = owe + "UPDATE linli_rights SET units = 9 WHERE node = '\(holder)'"
            #expect(try found(checker, hub, after: change) == "13 are owed, and \(holder) has 9")
        }
    }

    @Test("What a fenced site made itself after the line was written is no debt's, at this look and later")
    func excuses() throws {
        let (hub, checker) = (try hub(), ShortfallChecker())
        #expect(try found(checker, hub) == nil)
        // Its changesets 8 to 10: a spend without rights, then goods received.
        let handedIn = "UPDATE linli_site SET number = 10 WHERE site = 'a';"
        #expect(try found(checker, hub, after: owe + fencedHolds + handedIn) == nil)
        #expect(try found(checker, hub) == nil)
        // Another line, written while its units stood there.
        let another = """
            INSERT INTO linli_quarantine VALUES (2, 's', 'purse', '["s"]', 'no rights', 300, NULL);
            INSERT INTO linli_shortfall VALUES (2, 4);
            """
        #expect(try found(checker, hub, after: another) == "4 are owed, and s#a has 9")
    }

    @Test("A debt without a line, or with a settled one, is found")
    func lines() throws {
        for gone in ["DELETE FROM linli_quarantine", "UPDATE linli_quarantine SET settled_at = 300"] {
            let (hub, checker) = (try hub(), ShortfallChecker())
            #expect(try found(checker, hub, after: owe) == nil)
            #expect(try found(checker, hub, after: gone) == "none for 13 units")
        }
    }
}
