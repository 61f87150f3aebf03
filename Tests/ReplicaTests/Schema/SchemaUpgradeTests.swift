import ChangeLog
import NetworkSchema
import Replica
import Testing

@Suite struct SchemaUpgradeTests {
    /// The corner schema, one version on: more of everything.
    private static let next = CornerSchema.yaml
        .replacing("version: 1", with: "version: 2")
        .replacing(
            "      q: {type: integer}\n",
            with: "      q: {type: integer}\n      z: {type: integer, merge: escrow, mint: any}\n"
                + "      upper: {type: text, generated: \"upper(t)\"}\n"
                + "      due: {type: integer, required: true, default: 3, check: \"due > 0\"}\n"
        )
        .replacing(
            "views:\n",
            with: """
                  wide:
                    scope: network
                    writer: any
                    key: [a, b, c]
                    columns:
                      a: {type: text}
                      b: {type: text}
                      c: {type: integer}
                      n: {type: integer, merge: counter}
                      o: {type: integer, merge: counter}
                      p: {type: integer, merge: counter}
                      q: {type: integer, merge: counter}
                views:
                  all_marks: "SELECT k, z FROM mark"

                """
        )

    private func upgraded(_ replica: CornerReplica) throws -> SchemaPlan {
        let plan = SchemaPlan(try NetworkSchema(yaml: Self.next))
        try replica.connection.write { sql in
            try ReplicaSchema.reinstall(sql, from: replica.plan, to: plan, role: replica.role, nowMilliseconds: 5)
        }
        return plan
    }

    @Test func aLaterVersionIsCapturedInFull() throws {
        let store = try CornerReplica.store()
        try store.run("INSERT INTO mark(k, t) VALUES ('old', 'x')")
        let plan = try upgraded(store)
        try store.run(
            "INSERT INTO mark(k, z, due) VALUES ('new', 5, 9); UPDATE mark SET z = z + 2; "
                + "INSERT INTO wide VALUES ('a', 'b', 1, 1, 2, 3, 4)"
        )
        store.refuses("UPDATE mark SET z = z - 3 WHERE k = 'old'", "linli: no rights: mark.z (")
        store.refuses("UPDATE mark SET due = 0", "linli: check: mark.due (")
        #expect(try store.rows("SELECT k, z FROM all_marks ORDER BY k") == "new|7;old|2")
        #expect(try store.rows("SELECT version, received_at FROM linli_schema ORDER BY version") == "1|0;2|5")
        let batches = CapturedBatches(plan: plan)
        let difference = try store.connection.read { sql in
            try batches.next(sql)
            return try batches.difference(sql)
        }
        // What was there before the column came has its default, which is no write.
        #expect(difference?.contains("old") != false)
        try store.connection.read { sql in try ReplicaSchema.verify(sql, plan: plan, role: store.role) }
    }

    @Test func aPreparedStatementGoesOn() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            let store = try CornerReplica(.store(try #require(NodeName("s1")), region: "east"), path: path)
            let till = try Connection(path: path, pragmas: [])
            let insert = "INSERT INTO mark(k, t) VALUES (?1, 'x')"
            try till.use { sql in try sql.statement(insert).bind(1, "before").run() }
            _ = try upgraded(store)
            try till.use { sql in try sql.statement(insert).bind(1, "after").run() }
            #expect(try store.rows("SELECT k, due FROM mark ORDER BY k") == "after|3;before|3")
            #expect(try store.rows("SELECT k0, mask = -1 FROM linli_capture ORDER BY seq") == "before|1;after|1")
        }
    }

    /// Tills wait while triggers are made: those of tables that a version does not touch stay, and the others come back
    /// in the order that a fresh file has them in, by which SQLite fires them.
    @Test func onlyWhatDiffersIsMadeAnew() throws {
        let objects = """
            SELECT tbl_name, group_concat(name || ' ' || sql, char(10)) FROM (SELECT * FROM sqlite_schema
              WHERE type IN ('trigger', 'view') AND (name GLOB 'linli_*' OR type = 'view') ORDER BY rowid)
            GROUP BY tbl_name ORDER BY tbl_name
            """
        let places = """
            SELECT name, rowid FROM sqlite_schema WHERE type = 'trigger' AND tbl_name NOT IN ('mark', 'linli_grant')
            ORDER BY name
            """
        let store = try CornerReplica.store()
        let before = try store.rows(places)
        #expect(before.split(separator: ";").count > 20)
        try store.run("CREATE TRIGGER linli_extra_tick AFTER UPDATE ON tick BEGIN SELECT 1; END")
        let plan = try upgraded(store)
        let after = try store.rows(places)
        let fresh = try CornerReplica(store.role, plan: plan)
        #expect(try store.rows(objects) == fresh.rows(objects))
        let kept = Set(before.split(separator: ";")).intersection(after.split(separator: ";"))
        let tick = before.split(separator: ";").filter { $0.contains("_tick|") }
        #expect(!tick.isEmpty && kept.count == before.split(separator: ";").count - tick.count)
    }

    @Test func whatAnApplicationAddedStays() throws {
        let store = try CornerReplica.store()
        try store.run(
            """
            CREATE TABLE mine(x); CREATE VIEW my_view AS SELECT k FROM mark;
            CREATE TRIGGER my_trigger AFTER INSERT ON mark BEGIN INSERT INTO mine VALUES (NEW.k); END;
            """
        )
        let plan = try upgraded(store)
        try store.run("INSERT INTO mark(k) VALUES ('a')")
        #expect(try store.rows("SELECT x FROM mine") == "a")
        #expect(try store.connection.read { try ReplicaSchema.alterations($0, plan: plan, role: store.role) } == [])
    }

    @Test func whatWasAlteredIsNamed() throws {
        let store = try CornerReplica.store()
        func found() throws -> [String] {
            try store.connection.read { try ReplicaSchema.alterations($0, plan: store.plan, role: store.role) }
        }
        #expect(try found() == [])
        try store.run("DROP TRIGGER linli_update_mark")
        #expect(try found() == ["trigger linli_update_mark, which is missing,"])
        try store.run("CREATE TRIGGER linli_update_mark AFTER UPDATE ON mark BEGIN SELECT 1; END")
        #expect(try found() == ["trigger linli_update_mark"])
        try store.run(
            "CREATE UNIQUE INDEX mine ON tick(t); "
                + "CREATE TRIGGER linli_extra_mark AFTER UPDATE ON mark BEGIN SELECT 1; END"
        )
        #expect(try found().contains("trigger linli_extra_mark, which is not ours,"))
        #expect(try found().contains("table tick, which has a UNIQUE index that REPLACE slips through,"))
        try store.run("DROP VIEW linli_rights; DROP TABLE shelf")
        #expect(try found().contains("view linli_rights, which is missing,"))
        #expect(try found().contains("table shelf, which is missing,"))
        #expect(throws: ReplicaError.self) {
            try store.connection.read { try ReplicaSchema.verify($0, plan: store.plan, role: store.role) }
        }
    }

    @Test func aFileOfALaterProgramIsRefusedAndAStrangersToo() throws {
        let store = try CornerReplica.store()
        func check() throws { try store.connection.use { try ReplicaSchema.checkFormat($0, file: "linli.db") } }
        try check()
        try store.run("PRAGMA user_version = 2")
        #expect(throws: ReplicaError.newer(file: "linli.db", format: 2)) { try check() }
        try store.run("PRAGMA application_id = 5")
        #expect(throws: ReplicaError.notANode(directory: "linli.db")) { try check() }
    }
}
