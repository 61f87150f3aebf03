import ChangeLog
import Testing

@testable import Replica

@Suite("Applying a round at a store")
struct StoreApplyTests {
    @Test("A row that moves between two of the store's scopes stays: at one position an arrival beats an eviction")
    func arrivalBeatsEviction() throws {
        for evictionFirst in [true, false] {
            let shop = try StoreShop()
            try shop.join([shop.item("a", n: 1, at: 2)])
            let (old, new) = ([try shop.evicted("a", at: 11)], [try shop.item("a", n: 2, at: 11)])
            try shop.stage(evictionFirst ? old : new, scope: .network, upTo: 12)
            try shop.stage(evictionFirst ? new : old, scope: .store, upTo: 12)
            try shop.apply(12)
            #expect(try shop.see("SELECT n FROM item") == ["2"])
        }
    }

    @Test("Of two entries for a row the later one stands, whichever scope brings it first")
    func laterStands() throws {
        for laterFirst in [true, false] {
            let shop = try StoreShop()
            try shop.join([shop.item("a", n: 1, at: 2), shop.item("b", at: 3)])
            let late = [try shop.item("a", n: 9, at: 15), try shop.gone("b", at: 16)]
            let early = [try shop.gone("a", at: 11), try shop.item("b", n: 5, at: 12)]
            try shop.stage(laterFirst ? late : early, scope: .answers, upTo: 20)
            try shop.stage(laterFirst ? early : late, scope: .store, upTo: 20)
            try shop.apply(20)
            #expect(try shop.see("SELECT id, n FROM item") == ["a|9"])
        }
    }

    @Test("What is captured and not sealed when the round comes is sealed as it was written, and laid on top")
    func sealsFirst() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 10, at: 2)])
        try shop.sell("UPDATE item SET note = 'mine', n = n - 2 WHERE id = 'a'")
        let late = Stamp(milliseconds: shop.now + 1_000_000)
        shop.replica.atStep = { [unowned shop] step throws(ReplicaError) in
            guard step == .ownWritesLaid else { return }
            do { try shop.sell("UPDATE item SET price = 7, n = n - 5 WHERE id = 'a'") } catch {
                throw ReplicaError(wrapping: error, path: "")
            }
        }
        try shop.stage([shop.item("a", note: "theirs", price: 1, n: 100, at: 11, stamp: late)], upTo: 12)
        try shop.apply(12, stamp: late)
        // Both notes are newer at the hub; the deltas are not lost.
        #expect(try shop.see("SELECT note, price, n FROM item") == ["theirs|1|93"])
        let log = try shop.operations()
        #expect(log.map(\.number) == [1, 2])
        #expect(log[0].operation.value(1) == .text("mine") && log[0].operation.value(6) == .integer(-2))
        #expect(log[1].operation.value(2) == .integer(7) && log[1].operation.value(6) == .integer(-5))
        let bases = try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: .max).map {
            $0.header?.base.position
        }
        #expect(bases == [Position(10), Position(10)], "both were written before the round was seen")
        #expect(try shop.seal() == nil)
    }

    @Test("A till that sells much while a round is prepared does not sell under its lock")
    func givesBack() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 10, at: 2), shop.item("b", at: 3)])
        var locks = 0
        var bursts = 2
        shop.replica.atStep = { [unowned shop] step throws(ReplicaError) in
            if step == .lockTaken { locks += 1 }
            guard step == .ownWritesLaid, bursts > 0 else { return }
            bursts -= 1
            do {
                try shop.sell(
                    """
                    INSERT INTO item(id, store_id) WITH RECURSIVE r(i) AS
                    (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < 2000) SELECT 'x\(bursts)' || i, 'nanjing-1' FROM r
                    """
                )
                try shop.sell("UPDATE item SET n = n - 1 WHERE id = 'a'")
                try shop.sell("DELETE FROM item WHERE id = 'b'")
            } catch { throw ReplicaError(wrapping: error, path: "") }
        }
        try shop.stage(
            [shop.item("a", n: 100, at: 11), shop.item("x15", n: 4, at: 12), shop.item("b", n: 1, at: 12)],
            upTo: 12
        )
        try shop.apply(12)
        #expect(locks == 3)
        #expect(try shop.see("SELECT n FROM item WHERE id IN ('a', 'x15') ORDER BY id") == ["98", "4"])
        #expect(try shop.operations().filter { $0.operation.kind == .insert }.count == 4002)
        #expect(try shop.see("SELECT count(*) FROM item WHERE id = 'b'") == ["0"])
        try shop.sell("INSERT INTO item(id, store_id) VALUES ('b', 'nanjing-1')")
        try shop.seal()
        #expect(try shop.operations().last?.operation.life == 3, "it knows that it deleted the row")
    }

    @Test("A round that changes nothing leaves the replica alone, and its cursor counts")
    func light() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 10, at: 2)])
        try shop.sell("UPDATE item SET n = n - 3, note = 'x' WHERE id = 'a'")
        try shop.seal()
        try shop.till.use { till in
            try till.execute("BEGIN")
            _ = try till.statement("SELECT n FROM item").firstInteger()
        }
        // The answer says what the store sees already.
        try shop.stage([shop.item("a", note: "x", n: 7, at: 11)], scope: .answers, upTo: 12)
        let applied = try shop.apply(12, included: 1)
        #expect(applied.isLight && applied.rows == 1)
        #expect(try shop.apply(13, included: 1).isLight)
        try shop.till.use { till in try till.execute("UPDATE item SET n = n - 1; COMMIT") }
        #expect(try shop.replica.hello().cursor.position == Position(13))
        try shop.seal()
        try shop.restart()
        let hello = try shop.replica.hello()
        #expect(hello.cursor.position == Position(13), "it went to the disk with the next changeset")
        // What is included is no longer laid on top.
        try shop.stage([shop.item("a", note: "y", n: 7, at: 14)], upTo: 14)
        #expect(try !shop.apply(14, included: 1).isLight)
        #expect(try shop.see("SELECT note, n FROM item") == ["y|6"])
    }

    @Test("A round that looks the same only because of a sale that is not sealed is not taken for one")
    func notLight() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 10, at: 2)])
        shop.replica.atStep = { [unowned shop] step throws(ReplicaError) in
            // After the look for captures, before the comparison.
            guard step == .roundFilled || step == .sealAppended else { return }
            shop.replica.atStep = nil
            do { try shop.sell("UPDATE item SET n = n - 2 WHERE id = 'a'") } catch {
                throw ReplicaError(wrapping: error, path: "")
            }
        }
        try shop.stage([shop.item("a", n: 8, at: 11)], upTo: 12)
        try shop.apply(12)
        #expect(try shop.see("SELECT n FROM item") == ["6"])
    }

    @Test("A complete round removes what it does not name, but not what the store wrote and the hub has not seen")
    func complete() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", at: 2), shop.item("b", at: 3), shop.item("c", at: 4)])
        try shop.sell("DELETE FROM item WHERE id = 'a'")
        try shop.sell("INSERT INTO item(id, store_id, n) VALUES ('d', 'nanjing-1', 1)")
        try shop.seal()
        try shop.sell("UPDATE item SET n = n + 5 WHERE id = 'b'")
        try shop.sell("INSERT INTO item(id, store_id, n) VALUES ('e', 'nanjing-1', 2)")
        try shop.replica.beginResync()
        #expect(try shop.replica.hello().cursor == .start)
        shop.replica.atStep = { [unowned shop] step throws(ReplicaError) in
            guard step == .ownWritesLaid else { return }
            do {
                try shop.sell("INSERT INTO item(id, store_id, n) VALUES ('f', 'nanjing-1', 3)")
                try shop.sell("UPDATE item SET n = n + 1 WHERE id = 'c'")
            } catch { throw ReplicaError(wrapping: error, path: "") }
        }
        // The hub lost c, and has an a that it never knew to be deleted.
        try shop.stage([shop.item("a", at: 2), shop.item("b", n: 50, at: 3), shop.item("g", n: 7, at: 4)], upTo: 30)
        try shop.apply(30, included: 0, isComplete: true)
        #expect(try shop.see("SELECT id, n FROM item") == ["b|55", "d|1", "e|2", "f|3", "g|7"])
        #expect(try shop.replica.check() == [])
    }

    @Test("A round resumes where it was staged on the disk, and only there")
    func resumes() throws {
        let shop = try StoreShop()
        let long = try (0..<1000).map {
            try shop.item("x\($0)", note: String(repeating: "\($0 % 10)", count: 300), at: 5)
        }
        try shop.stage([shop.item("a", at: 2)], upTo: 4)
        #expect(try shop.replica.hello().staged == [], "a short round is in memory, and begins again")
        try shop.stage([shop.item("a", at: 2)], upTo: 4)
        try shop.stage(long, upTo: 6)
        try shop.restart()
        #expect(try shop.replica.hello().staged == [StoreFeed.Staged(scope: .store, upTo: Position(6))])
        try shop.stage([shop.item("b", at: 7)], upTo: 8)
        try shop.apply(8)
        #expect(try shop.see("SELECT count(*) FROM item") == ["1002"])
        try shop.restart()
        #expect(try shop.replica.hello().staged == [])
        #expect(throws: ReplicaError.self) {
            try shop.replica.stage(
                StoreFeed.Chunk(scope: .store, from: Position(5), upTo: Position(9), bytes: [])
            )
        }
    }

    @Test("Chunks that cannot be read are refused, and the round begins again")
    func malformed() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", at: 2)])
        try shop.replica.stage(
            StoreFeed.Chunk(scope: .store, from: Position(10), upTo: Position(12), bytes: [0xff, 1, 2])
        )
        #expect(throws: ReplicaError.self) { try shop.apply(12) }
        #expect(try shop.see("SELECT id FROM item") == ["a"])
        try shop.stage([shop.item("b", at: 11)], upTo: 12)
        try shop.apply(12)
        #expect(try shop.see("SELECT id FROM item") == ["a", "b"])
    }

    @Test("A checkpoint that cannot be is refused")
    func impossible() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", at: 2)])
        try shop.stage([shop.item("b", at: 15)], upTo: 16)
        for (position, included, isComplete) in [(Int64(15), Int64(0), false), (16, 1, false), (16, 0, true)] {
            #expect(throws: ReplicaError.self) {
                try shop.apply(position, included: included, isComplete: isComplete)
            }
        }
        #expect(try shop.see("SELECT id FROM item") == ["a"])
    }

    @Test("Conflicts and refusals arrive as lines; what was settled here stays settled")
    func notes() throws {
        let shop = try StoreShop()
        try shop.join()
        func note(_ reason: String, at position: Int64) throws -> FeedRow {
            let fields: [Value] = [
                .text("nanjing-1"), .text("item"), .text("[\"a\"]"), .text(reason), .text("{}"), .integer(5), .null,
            ]
            return try shop.entry("item", [], .note(Note(kind: .quarantine, id: 4, fields: fields)), at: position)
        }
        try shop.stage([note("check", at: 11)], scope: .answers, upTo: 12)
        #expect(try !shop.apply(12).isLight)
        #expect(try shop.see("SELECT id, reason, settled_at FROM linli_quarantine") == ["4|check|NULL"])
        #expect(try shop.replica.figures().quarantine == 1)
        try shop.till.use { sql in try sql.execute("UPDATE linli_quarantine SET settled_at = 9") }
        try shop.stage([note("again", at: 13)], scope: .answers, upTo: 14)
        try shop.apply(14)
        #expect(try shop.see("SELECT id, reason, settled_at FROM linli_quarantine") == ["4|again|9"])
        #expect(try StoreReplica.figures(directory: shop.directory).quarantine == 0)
    }
}
