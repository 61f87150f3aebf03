import ChangeLog
import Testing

@testable import Replica

@Suite("Sealing at a store")
struct StoreSealTests {
    @Test("One write is sealed, goes up, and comes back without a trace")
    func oneWrite() throws {
        let shop = try StoreShop()
        try shop.join()
        #expect(try shop.seal() == nil)
        try shop.sell("INSERT INTO item(id, store_id, note, n) VALUES ('a', 'nanjing-1', 'x', 3)")
        #expect(try shop.replica.outboxCount() == 1)
        let header = try #require(try shop.seal())
        #expect(header.number == ChangesetNumber(1) && header.operations == 1 && header.previous == .none)
        #expect(header.base.position == Position(10))
        #expect(try shop.replica.outboxCount() == 1)
        #expect(
            try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1).map(\.header) == [header]
        )
        try shop.replica.acknowledged(through: ChangesetNumber(1))
        #expect(try shop.replica.outboxCount() == 0)
        try shop.stage([shop.item("b", note: "y", price: 5, n: 1, at: 13)], upTo: 13)
        let applied = try shop.apply(14, included: 1)
        #expect(applied.cursor.position == Position(14) && applied.safe == Position(14) && !applied.isLight)
        #expect(try shop.see("SELECT id, note, price, n FROM item") == ["a|x|NULL|3", "b|y|5|1"])
    }

    @Test("Sealing never writes to the replica, so that no till's transaction fails for it")
    func neverWrites() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", at: 2)])
        try shop.till.use { till in
            try till.execute("BEGIN")
            _ = try till.statement("SELECT n FROM item").firstInteger()
        }
        let other = try Connection(path: StoreReplica.replicaPath(shop.directory), pragmas: [])
        _ = try shop.seal()
        // Would be refused if anyone had written since the SELECT.
        try shop.till.use { till in try till.execute("UPDATE item SET n = n - 1; COMMIT") }
        try other.use { sql in try sql.execute("BEGIN; SELECT * FROM item") }
        #expect(try shop.seal()?.number == ChangesetNumber(1))
        try other.use { sql in try sql.execute("UPDATE item SET n = n - 1; COMMIT") }
    }

    @Test("What was committed between two looks is one changeset, and changesets are chained")
    func chained() throws {
        let shop = try StoreShop()
        for number in 0..<5 { try shop.sell("INSERT INTO item(id, store_id) VALUES ('\(number)', 'nanjing-1')") }
        let first = try #require(try shop.seal())
        try shop.sell("UPDATE item SET n = n + 1 WHERE id = '0'")
        let second = try #require(try shop.seal())
        #expect(first.operations == 5 && second.operations == 1)
        #expect(second.previous == ChangesetBuilder.hash(of: first))
        #expect(try shop.replica.hash(of: ChangesetNumber(2)) == ChangesetBuilder.hash(of: second))
        #expect(try shop.replica.check() == [])
    }

    @Test("A huge transaction is one changeset of many segments, which go up one by one")
    func huge() throws {
        let shop = try StoreShop()
        try shop.sell(
            """
            INSERT INTO item(id, store_id, note)
            WITH RECURSIVE r(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < 9999)
            SELECT printf('%05d', i), 'nanjing-1', hex(randomblob(30)) FROM r
            """
        )
        try shop.sell("INSERT INTO item(id, store_id) VALUES ('z', 'nanjing-1')")
        let header = try #require(try shop.seal())
        #expect(header.operations == 10_001 && header.segments > 3)
        try shop.sell("INSERT INTO item(id, store_id) VALUES ('y', 'nanjing-1')")
        try shop.seal()
        #expect(try shop.operations().filter { $0.number == 1 }.count == 10_001)
        // Part by part, as after a cut.
        var bytes = 0
        for part in 0..<header.segments {
            let found = try shop.replica.parts(from: ChangesetNumber(1), part: part, bytesMax: 1)
            #expect(found.count == 1 && found[0].part == part && found[0].header == header)
            bytes += found[0].bytes.count
        }
        #expect(bytes == header.bytes)
        let rest = try shop.replica.parts(from: ChangesetNumber(1), part: header.segments - 1, bytesMax: 1 << 20)
        #expect(rest.map(\.number.number) == [1, 2] && rest.map { $0.header?.number.number } == [1, 2])
        let within = try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 300_000)
        #expect(within.map(\.bytes.count).reduce(0, +) <= 300_000 && within.map(\.part) == [0, 1])
        #expect(within.allSatisfy { $0.header == header })
        #expect(try shop.replica.check() == [])
    }

    @Test("What an application wrote while no daemon ran is sealed at the start")
    func whileDown() throws {
        let shop = try StoreShop()
        try shop.join()
        try shop.replica.close()
        try shop.sell("INSERT INTO item(id, store_id, n) VALUES ('a', 'nanjing-1', 1)")
        try shop.sell("UPDATE item SET n = n + 4 WHERE id = 'a'")
        try shop.restart()
        #expect(try shop.seal()?.number == ChangesetNumber(1))
        #expect(try shop.operations().map(\.operation.kind).first == .insert)
    }

    @Test("Stamps are above all that the site gave and the hub's state has, also after a restart")
    func stamps() throws {
        let shop = try StoreShop()
        let ahead = Stamp(milliseconds: StoreShop.morning + 1_000_000)
        try shop.stage([shop.item("a", note: "later", at: 2, stamp: ahead)], upTo: 10)
        try shop.apply(10, stamp: ahead)
        try shop.sell("UPDATE item SET note = 'mine' WHERE id = 'a'")
        let first = try #require(try shop.seal()).stampMax
        #expect(first > ahead)
        try shop.restart()
        try shop.sell("UPDATE item SET note = 'mine too' WHERE id = 'a'")
        #expect(try #require(try shop.seal()).stampMax > first)
    }

    @Test("A write that cancels out makes no changeset, and is not looked at again")
    func cancelled() throws {
        let shop = try StoreShop()
        try shop.join()
        try shop.sell("INSERT INTO item(id, store_id) VALUES ('a', 'nanjing-1'); DELETE FROM item WHERE id = 'a'")
        #expect(try shop.seal() == nil)
        #expect(try shop.replica.outboxCount() == 0)
        try shop.restart()
        #expect(try shop.replica.outboxCount() == 0)
    }

    @Test("A row knows its life over deletes, inserts, rounds and restarts")
    func lives() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", at: 2), shop.item("b", life: 5, at: 3)])
        func lives() throws -> [Int] { try shop.operations().map(\.operation.life) }
        try shop.sell("UPDATE item SET n = 1 WHERE id = 'b'")
        try shop.seal()
        #expect(try lives() == [5])
        try shop.sell("DELETE FROM item WHERE id = 'a'")
        try shop.seal()
        try shop.restart()
        try shop.sell("INSERT INTO item(id, store_id) VALUES ('a', 'nanjing-1')")
        try shop.seal()
        #expect(try lives() == [5, 2, 3])
        // A round that does not name the row leaves its life known.
        try shop.stage([shop.item("c", at: 11)], upTo: 12)
        #expect(try !shop.apply(12).isLight)
        try shop.sell("UPDATE item SET n = 2 WHERE id = 'a'")
        try shop.seal()
        #expect(try lives() == [5, 2, 3, 3])
        // The hub's tombstone counts on: the next row begins the life after it.
        try shop.stage([shop.gone("c", life: 8, at: 13)], upTo: 14)
        try shop.apply(14)
        try shop.restart()
        try shop.sell("INSERT INTO item(id, store_id) VALUES ('c', 'nanjing-1')")
        try shop.seal()
        #expect(try lives() == [5, 2, 3, 3, 9])
    }
}
