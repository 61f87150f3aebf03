import ChangeLog
import Testing

@testable import Replica

@Suite("A store's outbox")
struct StoreOutboxTests {
    private func sell(_ shop: StoreShop, _ count: Int) throws {
        for _ in 0..<count {
            try shop.sell("INSERT INTO item(id, store_id) VALUES ('i\(shop.now + 1)', 'nanjing-1')")
            try shop.seal()
        }
    }

    @Test("An acknowledgement removes nothing: the write stays on top of an older state, and may be asked for again")
    func acknowledgedStays() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 10, at: 2)])
        try shop.sell("UPDATE item SET n = n - 3 WHERE id = 'a'")
        try shop.seal()
        try shop.replica.acknowledged(through: ChangesetNumber(1))
        // Read at the hub before the changeset was merged.
        try shop.stage([shop.item("a", note: "new", n: 10, at: 11)], upTo: 12)
        try shop.apply(12, included: 0)
        #expect(try shop.see("SELECT note, n FROM item") == ["new|7"])
        #expect(try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1).count == 1)
        // A hub that was restored has less.
        try shop.replica.acknowledged(through: .none)
        #expect(try shop.replica.outboxCount() == 1)
        #expect(try shop.replica.hello().safe == Position(10))
    }

    @Test("An acknowledgement of what was never sealed is refused")
    func acknowledgedTooMuch() throws {
        let shop = try StoreShop()
        try sell(shop, 1)
        #expect(throws: ReplicaError.self) { try shop.replica.acknowledged(through: ChangesetNumber(2)) }
        #expect(try shop.replica.outboxCount() == 1)
    }

    @Test("The safe position is the least of the cursor and the bases of what the hub has not acknowledged")
    func safe() throws {
        let shop = try StoreShop()
        #expect(try shop.replica.hello().safe == .start)
        try sell(shop, 1)
        try shop.join([shop.item("i\(shop.now)", at: 9)])
        #expect(try shop.replica.hello().safe == .start)
        try sell(shop, 1)
        try shop.apply(20, included: 1)
        try sell(shop, 1)
        try shop.replica.acknowledged(through: ChangesetNumber(1))
        #expect(try shop.replica.hello().safe == Position(10))
        try shop.restart()
        #expect(
            try shop.replica.hello().safe == .start,
            "the acknowledgement was not on the disk, and will be repeated"
        )
        try shop.replica.acknowledged(through: ChangesetNumber(2))
        #expect(try shop.replica.hello().safe == Position(20))
        try shop.replica.acknowledged(through: ChangesetNumber(3))
        #expect(try shop.replica.hello().safe == Position(20))
    }

    @Test("The handshake says what is on the disk")
    func hello() throws {
        let shop = try StoreShop()
        #expect(try shop.replica.hello().tag == nil)
        try sell(shop, 2)
        try shop.replica.storeTag(UInt64.max - 5)
        try shop.replica.acknowledged(through: ChangesetNumber(1))
        try shop.replica.close()
        try shop.restart()
        let hello = try shop.replica.hello()
        #expect(hello.tag == UInt64.max - 5 && hello.site == StoreShop.site && hello.store == StoreShop.name)
        #expect(hello.acknowledged == ChangesetNumber(1) && hello.sealed == ChangesetNumber(2))
        let first = try #require(try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1).first?.header)
        #expect(hello.acknowledgedHash == ChangesetBuilder.hash(of: first))
        #expect(hello.cursor == .start && hello.staged == [] && hello.schemaVersion == 1)
    }

    @Test("Changesets are kept for a while after the hub's state includes them, and then go")
    func trimmed() throws {
        let shop = try StoreShop()
        try sell(shop, 3)
        let ids = try shop.see("SELECT id FROM item")
        try shop.stage(try ids.map { try shop.item($0, at: 2) }, upTo: 10)
        try shop.apply(10, included: 2)
        try shop.replica.acknowledged(through: ChangesetNumber(3))
        _ = try shop.replica.tidy(wallMilliseconds: shop.now + StoreLimits.keptMilliseconds - 1000)
        #expect(try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1).count == 1)
        _ = try shop.replica.tidy(wallMilliseconds: shop.now + StoreLimits.keptMilliseconds + 1000)
        #expect(throws: ReplicaError.trimmed(number: 1)) {
            try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1)
        }
        #expect(try shop.replica.parts(from: ChangesetNumber(3), part: 0, bytesMax: 1).count == 1, "not included yet")
        #expect(try shop.replica.hello().acknowledgedHash != .none)
        #expect(try shop.replica.check() == [])
        // The numbers go on.
        try sell(shop, 1)
        #expect(try shop.replica.hello().sealed == ChangesetNumber(4))
    }

    @Test("A changeset that is to stay keeps those after it, whatever their clocks said")
    func trimmedInOrder() throws {
        let shop = try StoreShop()
        let start = shop.now
        for hours in [0, 48, 1] as [Int64] {
            shop.now = start + hours * 3_600_000
            try sell(shop, 1)
        }
        let ids = try shop.see("SELECT id FROM item")
        try shop.stage(try ids.map { try shop.item($0, at: 2) }, upTo: 10)
        try shop.apply(10, included: 3)
        try shop.replica.acknowledged(through: ChangesetNumber(3))
        try sell(shop, 1)
        try shop.replica.acknowledged(through: ChangesetNumber(4))
        _ = try shop.replica.tidy(wallMilliseconds: start + StoreLimits.keptMilliseconds + 24 * 3_600_000)
        #expect(throws: ReplicaError.trimmed(number: 1)) {
            try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1)
        }
        for number in [2, 3] as [Int64] {
            #expect(try shop.replica.parts(from: ChangesetNumber(number), part: 0, bytesMax: 1).count == 1)
        }
    }

    @Test("Changesets that are in no backup of the hub are kept, however old, once the hub tells of its backups")
    func keptForBackup() throws {
        let shop = try StoreShop()
        try sell(shop, 3)
        let ids = try shop.see("SELECT id FROM item")
        try shop.stage(try ids.map { try shop.item($0, at: 2) }, upTo: 10)
        try shop.apply(10, included: 3)
        try shop.replica.acknowledged(through: ChangesetNumber(3))
        try shop.replica.backedUp(through: ChangesetNumber(1))
        let late = shop.now + 100 * StoreLimits.keptMilliseconds
        _ = try shop.replica.tidy(wallMilliseconds: late)
        #expect(throws: ReplicaError.trimmed(number: 1)) {
            try shop.replica.parts(from: ChangesetNumber(1), part: 0, bytesMax: 1)
        }
        #expect(try shop.replica.parts(from: ChangesetNumber(2), part: 0, bytesMax: 1).count == 1)
        try shop.replica.backedUp(through: ChangesetNumber(3))
        _ = try shop.replica.tidy(wallMilliseconds: late)
        #expect(throws: ReplicaError.trimmed(number: 2)) {
            try shop.replica.parts(from: ChangesetNumber(2), part: 0, bytesMax: 1)
        }
    }

    @Test("Sealed captures go while nobody sells; the newest stays, so that no number is used again")
    func captures() throws {
        let shop = try StoreShop()
        try shop.sell(
            """
            INSERT INTO item(id, store_id)
            WITH RECURSIVE r(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < 11999)
            SELECT printf('%05d', i), 'nanjing-1' FROM r
            """
        )
        try shop.seal()
        #expect(try shop.replica.tidy(wallMilliseconds: shop.now))
        #expect(try shop.see("SELECT min(seq) FROM linli_capture") == ["5001"])
        while try shop.replica.tidy(wallMilliseconds: shop.now) {}
        let left = try shop.see("SELECT count(*), max(seq) FROM linli_capture")
        #expect(left[0].hasSuffix("|12000"))
        try sell(shop, 1)
        #expect(try shop.operations().count == 12_001)
    }

    @Test("A changed byte in the change log is found", arguments: ["body", "header"])
    func damaged(_ what: String) throws {
        let shop = try StoreShop()
        try sell(shop, 3)
        #expect(try shop.replica.check() == [])
        try shop.replica.log.write { sql in
            try sql.execute(
                what == "body"
                    ? "UPDATE segment SET bytes = CAST(bytes || x'00' AS BLOB) WHERE place >> 20 = 2"
                    : "UPDATE changeset SET base_position = 77 WHERE number = 2"
            )
        }
        #expect(try shop.replica.check() == [.chain(ChangesetNumber(2))])
    }
}
