import ChangeLog
import NetworkSchema
import Replica
import Testing

@Suite struct CaptureFoldTests {
    /// What the captures of these statements fold into, in words.
    private func fold(
        _ replica: CornerReplica,
        after: Int64 = 0,
        at: Int64 = 1_767_225_600_000,
        life: ((RowKey) throws -> Int?)? = nil,
        _ statements: String
    ) throws -> [String] {
        try replica.run(statements)
        // However long the statements took: writes of one millisecond are folded.
        try replica.receive("UPDATE linli_capture SET at = \(at) WHERE seq > \(after)")
        return try fold(replica, after: after, life: life)
    }

    private func fold(
        _ replica: CornerReplica,
        after: Int64 = 0,
        life: ((RowKey) throws -> Int?)? = nil
    ) throws -> [String] {
        var clock = HybridClock()
        var words: [String] = []
        try replica.connection.read { sql in
            _ = try CaptureFold.fold(sql, plan: replica.plan, after: after, life: life, clock: &clock) { operation, _ in
                words.append(Self.words(operation, replica.plan))
            }
        }
        return words
    }

    private static func words(_ operation: Operation, _ plan: SchemaPlan) -> String {
        let table = plan.tables[operation.table]
        let key = operation.key.map(CornerReplica.text).joined(separator: ",")
        let cells = table.cellColumns.indices.compactMap { cell in
            operation.value(cell).map { "\(table.column(ofCell: cell).name)=\(CornerReplica.text($0))" }
        }
        let verb =
            switch operation.kind {
            case .insert: "insert"
            case .delete: "delete"
            case .update: "update"
            case .grant(_, let to, let units): "grant \(units) to \(to)"
            }
        let cause = operation.cause.map { " because of \($0)" } ?? ""
        let values = operation.kind == .insert && cells.count > 2 ? [] : cells
        return ([verb, table.table.name, key, "life \(operation.life)"] + values).joined(separator: " ") + cause
    }

    @Test func nothingCapturedIsNothing() throws {
        let store = try CornerReplica.store()
        var clock = HybridClock()
        let result = try store.connection.read { sql in
            try CaptureFold.fold(sql, plan: store.plan, after: 0, life: nil, clock: &clock) { _, _ in }
        }
        #expect(result == nil)
    }

    @Test func aWriteThatChangesNothingIsPassedOver() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO tick VALUES (1, 5, 'x')")
        try store.run("UPDATE tick SET t = t, n = n")
        var clock = HybridClock()
        let result = try store.connection.read { sql in
            try CaptureFold.fold(sql, plan: store.plan, after: 0, life: nil, clock: &clock) { _, _ in }
        }
        #expect(result?.through == 1)
        #expect(result?.operations == 0)
    }

    @Test func aRowThatCameAndWentLeavesNothing() throws {
        let store = try CornerReplica.store()
        #expect(try fold(store, "INSERT INTO tick VALUES (1, 5, 'x'); UPDATE tick SET n = 6; DELETE FROM tick") == [])
    }

    /// A copy may have handed in the first of them.
    @Test func whatWasWrittenInDifferentMillisecondsIsSaidApart() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO mark(k) VALUES ('a')")
        for statement in [
            "UPDATE mark SET n = n + 1", "UPDATE mark SET n = n + 2, t = 'x'", "INSERT INTO tick VALUES (1, 5, 'x')",
            "DELETE FROM tick", "INSERT INTO tick VALUES (2, 5, 'x')", "DELETE FROM tick",
            "INSERT INTO tick VALUES (2, 7, 'y')", "UPDATE mark SET t = 'y'",
        ] {
            try store.run(statement)
            try store.receive("UPDATE linli_capture SET at = seq * 10 WHERE at > 1000")
        }
        #expect(
            try fold(store) == [
                "update mark a life 1 n=1", "update mark a life 1 n=2", "delete tick 1 life 2", "delete tick 2 life 2",
                "insert tick 2 life 3 n=7 t=y", "update mark a life 1 t=y",
            ]
        )
    }

    @Test func aDeleteAndAnInsertOfOneKeyStayTwo() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO tick VALUES (1, 5, 'x')")
        let words = try fold(store, "UPDATE tick SET n = 9; DELETE FROM tick; INSERT INTO tick VALUES (1, 2, 'y')")
        #expect(words == ["delete tick 1 life 2", "insert tick 1 life 3 n=2 t=y"])
    }

    @Test func anUnusualLifeIsAskedFor() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO tick VALUES (1, 5, 'x'), (2, 5, 'x'), (4, 4, 'x')")
        let lives: [Int64: Int] = [1: 7, 3: 4, 4: 2]
        let words = try fold(
            store,
            life: { row in try row.key.key().first?.integer.flatMap { lives[$0] } },
            "UPDATE tick SET n = 6 WHERE a = 1; DELETE FROM tick WHERE a = 2; INSERT INTO tick(a) VALUES (3); "
                + "UPDATE tick SET t = 'y' WHERE a = 4"
        )
        #expect(
            words == [
                "update tick 1 life 7 n=1", "delete tick 2 life 2", "insert tick 3 life 5 n=0 t=NULL",
                "update tick 4 life 3 t=y",
            ]
        )
    }

    @Test func aCellBelongsToTheLastWriteThatTouchedIt() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO tick VALUES (1, 5, 'x'); INSERT INTO mark(k) VALUES ('a')")
        let words = try fold(
            store,
            """
            UPDATE mark SET t = 'one', n = 1; UPDATE mark SET b = x'00', n = n + 4; UPDATE mark SET t = 'two';
            UPDATE tick SET n = 4;
            """
        )
        #expect(words == ["update mark a life 1 n=5 b=x0", "update mark a life 1 t=two", "update tick 1 life 1 n=-1"])
    }

    @Test func columnsTogetherTravelTogether() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO mark(k, p, q) VALUES ('a', 'p', 1), ('b', 'p', 1)")
        let words = try fold(
            store,
            """
            UPDATE mark SET p = 'P' WHERE k = 'a'; UPDATE mark SET q = 2 WHERE k = 'b';
            UPDATE mark SET t = 'x' WHERE k = 'b';
            """
        )
        #expect(words == ["update mark a life 1 p=P q=1", "update mark b life 1 p=p q=2", "update mark b life 1 t=x"])
    }

    /// By a clock that stands each write is said apart, and effects still with their cause.
    @Test(arguments: [1_767_225_600_000, 0]) func effectsNameTheirCause(at clock: Int64) throws {
        let store = try CornerReplica.store()
        try store.receive(
            "INSERT INTO stock VALUES ('s1', 'a', 9, 9, NULL); INSERT INTO linli_held_stock VALUES ('s1', 'a', 9)"
        )
        let words = try fold(
            store,
            at: clock,
            "UPDATE stock SET available = available - 1; INSERT INTO customer_order(id, store_id) VALUES ('o', 's1'); "
                + "INSERT INTO order_line VALUES ('o', 1, 'a', 2), ('o', 2, 'a', 3); "
                + "UPDATE customer_order SET cancelled_at = 5"
        )
        #expect(
            words == [
                "update stock s1,a life 1 available=-1", "insert customer_order o life 1",
                "insert order_line o,1 life 1 sku=a quantity=2", "update stock s1,a life 1 available=-2 because of 2",
                "insert order_line o,2 life 1 sku=a quantity=3", "update stock s1,a life 1 available=-3 because of 4",
                "update customer_order o life 1 cancelled_at=5", "insert journal s1,o life 1 what=new because of 6",
            ]
        )
    }

    @Test func aFirstValueBelongsToTheWriteThatSetIt() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO customer_order(id, store_id) VALUES ('o', 's1')")
        let words = try fold(
            store,
            "UPDATE customer_order SET cancelled_at = 5; UPDATE customer_order SET cancelled_at = NULL"
        )
        #expect(
            words == [
                "update customer_order o life 1 cancelled_at=5", "insert journal s1,o life 1 what=new because of 0",
            ]
        )
    }

    @Test(arguments: [1_767_225_600_000, 0]) func childrenThatGoWithTheirParentAreItsEffects(at clock: Int64) throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO shelf VALUES ('a', 's1', NULL); INSERT INTO slot VALUES ('1', 'a', 'x')")
        #expect(
            try fold(store, at: clock, "DELETE FROM shelf") == [
                "delete shelf a life 2", "delete slot 1 life 2 because of 0",
            ]
        )
    }

    @Test func anEffectWithoutAnEndIsNobodys() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO tick VALUES (1, 5, 'x'), (2, 5, 'x')")
        let words = try fold(
            store,
            """
            UPDATE tick SET n = 6 WHERE a = 1;
            INSERT INTO linli_capture(tbl, mask, k0) VALUES (-1, 13, 1);
            UPDATE tick SET n = 6 WHERE a = 2;
            """
        )
        #expect(words == ["update tick 1 life 1 n=1", "update tick 2 life 1 n=1"])
    }

    @Test func aRowThatCameAgainStandsBeforeTheChildrenOfItsFirstComing() throws {
        let store = try CornerReplica.store()
        let words = try fold(
            store,
            "INSERT INTO shelf(id, store_id) VALUES ('a', 's1'); INSERT INTO slot VALUES ('1', 'a', 'x'); "
                + "REPLACE INTO shelf VALUES ('a', 's1', 'L'); INSERT INTO slot VALUES ('2', 'a', 'y')"
        )
        #expect(words == ["insert shelf a life 1 store_id=s1 label=L", "insert slot 2 life 1 shelf_id=a sku=y"])
    }

    @Test func grantsFollowWhatTheyPassOn() throws {
        let store = try CornerReplica.store()
        let words = try fold(
            store,
            "INSERT INTO stock VALUES ('s1', 'a', 0, 5, NULL); "
                + "INSERT INTO linli_grant(\"table\", \"key\", \"column\", \"to\", units) "
                + "VALUES ('stock', '[\"s1\",\"a\"]', 'available', 'hub', 5); "
                + "UPDATE stock SET available = available + 8, note = 'x'"
        )
        #expect(words.count == 3)
        #expect(words.first == "insert stock s1,a life 1 on_hand=0 available=13")
        #expect(words.last == "grant 5 to hub stock s1,a life 1")
    }

    @Test func aSpendFollowsTheUnitsThatAnotherCauseBrought() throws {
        let store = try CornerReplica.store()
        try store.receive("INSERT INTO stock VALUES ('s1', 'a', 0, 4, 'x'); INSERT INTO tick VALUES (1, 0, NULL)")
        // The application spends before and after an effect of the tick's brings units.
        let words = try fold(
            store,
            """
            INSERT INTO linli_capture(tbl, mask, at, k0, k1, d0, d1) VALUES (1, 6, 1, 's1', 'a', 0, -2);
            UPDATE tick SET n = 1;
            INSERT INTO linli_capture(tbl, mask, k0) VALUES (-1, 13, 1);
            INSERT INTO linli_capture(tbl, mask, at, k0, k1, d0, d1) VALUES (1, 2, 1, 's1', 'a', 0, 7);
            INSERT INTO linli_capture(tbl, mask, k0) VALUES (-2, 13, 1);
            INSERT INTO linli_capture(tbl, mask, at, k0, k1, d0, d1) VALUES (1, 2, 1, 's1', 'a', 0, -3);
            UPDATE tick SET t = 'later';
            """
        )
        #expect(
            words == [
                "update stock s1,a life 1 note=x", "update tick 1 life 1 n=1",
                "update stock s1,a life 1 available=7 because of 1", "update tick 1 life 1 t=later",
                "update stock s1,a life 1 available=-5",
            ]
        )
    }

    @Test func captureRowsThatNoTriggerWroteHarmNobody() throws {
        let store = try CornerReplica.store()
        let words = try fold(
            store,
            """
            INSERT INTO linli_capture(tbl, mask, at, k0) VALUES
              (13, 1, 1, 'text for an integer'), (99, 1, 1, 1), (13, 1, 1, 5), (-3, -1, 1, 1), (-3, 999999, 1, 1),
              (-3, 65, 1, 1), (-7, 1, 1, 1), (NULL, NULL, NULL, NULL), (13, -1, 1, 6),
              (-1, 99, 1, 1), (-2, 13, 1, 5), (-1, 13, 1, 5), (13, -2, 1, 7), (13, 4, NULL, 8), (13, 4, NULL, 8);
            INSERT INTO linli_capture(tbl, mask, at, k0, k1, d0, note) VALUES (-3, 65, 1, 's1', 'a', 5, 'NO NAME');
            INSERT INTO tick VALUES (1, 1, 'x');
            """
        )
        #expect(words == ["delete tick 7 life 2", "insert tick 1 life 1 n=1 t=x"])
    }

    @Test func stampsFollowTheWritersClockAndNeverStand() throws {
        let store = try CornerReplica.store()
        try store.receive(
            """
            INSERT INTO linli_capture(tbl, mask, at, k0) VALUES
              (13, -2, 2000, 1), (13, -2, 1000, 2), (13, -2, -5, 3), (13, -2, 3000, 4);
            """
        )
        var clock = HybridClock(last: Stamp(milliseconds: 2500))
        var stamps: [Stamp] = []
        try store.connection.read { sql in
            _ = try CaptureFold.fold(sql, plan: store.plan, after: 0, life: nil, clock: &clock) { operation, _ in
                stamps.append(operation.stamp)
            }
        }
        let base = Stamp(milliseconds: 2500)
        #expect(stamps == [base.next, base.next.next, base.next.next.next, Stamp(milliseconds: 3000)])
        #expect(clock.last == stamps.last)
    }
}
