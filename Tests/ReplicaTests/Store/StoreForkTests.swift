import ChangeLog
import Testing

@testable import Replica

/// A replica that was copied, or restored, and finds the hub ahead of it.
@Suite("A forked store") struct StoreForkTests {
    private static let fresh = SiteID(0xf0f0)

    /// What the hub has of the shop's site after `number`.
    private func history(of shop: StoreShop, after number: Int64) throws -> ForkHistory {
        var history = ForkHistory(after: ChangesetNumber(number), entries: [])
        try shop.replica.log.read { sql in
            let changesets = ChangesetTable(sql, site: StoreShop.site)
            var next = ChangesetNumber(number).next
            while let (header, hash) = try changesets.stored(next) {
                history.entries.append(ForkHistory.Entry(hash: hash, stampMax: header.stampMax))
                next = next.next
            }
        }
        return history
    }

    private func deltas(_ shop: StoreShop) throws -> [Int64] {
        try shop.operations().compactMap { $0.operation.kind == .update ? $0.operation.value(6)?.integer : nil }
    }

    private func expectChain(_ shop: StoreShop) throws {
        try shop.replica.log.read { sql in
            let changesets = ChangesetTable(sql, site: shop.replica.site)
            var (number, previous) = (ChangesetNumber(1), ChangesetHash.none)
            while number <= shop.replica.lastSealed {
                let (header, hash) = try #require(try changesets.stored(number))
                #expect(header.previous == previous && hash == ChangesetBuilder.hash(of: header))
                (number, previous) = (number.next, hash)
            }
        }
    }

    /// Sells 1 (sealed and acknowledged), 2 (sealed), 4 (captured only), and is copied. The original seals the 4 with an
    /// 8 and an entry of another row; the copy sells 16 and 32.
    private func copied() throws -> (original: StoreShop, copy: StoreShop) {
        let original = try StoreShop()
        try original.join([original.item("a", n: 100, at: 2), original.item("b", at: 3)])
        try original.sell("UPDATE item SET n = n - 1 WHERE id = 'a'")
        try original.seal()
        try original.replica.acknowledged(through: ChangesetNumber(1))
        try original.replica.storeTag(7)
        try original.sell("UPDATE item SET n = n - 2 WHERE id = 'a'")
        try original.seal()
        try original.sell("UPDATE item SET n = n - 4 WHERE id = 'a'")
        let copy = try StoreShop(image: StoreImage.take(of: original.directory))
        copy.now = original.now
        try original.sell("UPDATE item SET n = n - 8 WHERE id = 'b'")
        try original.seal()
        // A daemon starts on the copy, and finds the 4; the rest is sold later.
        copy.now += 60_000
        try copy.seal()
        try copy.sell("UPDATE item SET n = n - 16 WHERE id = 'a'")
        try copy.seal()
        try copy.sell("UPDATE item SET n = n - 32 WHERE id = 'b'")
        return (original, copy)
    }

    @Test("keeps what the hub has not seen, deltas included, and nothing twice, as a new site")
    func keepsItsOwn() throws {
        let (original, copy) = try copied()
        let forking = try copy.replica.fork(
            try history(of: original, after: 1),
            as: Self.fresh,
            wallMilliseconds: copy.now
        )
        #expect(forking == .newSite(kept: 3))
        #expect(try deltas(copy) == [-4, -16, -32], "not the 2, which is common; the hub knows the 4 by its mark")
        let theirs = Set(try original.operations().map(\.operation.mark))
        let ours = try copy.operations().map(\.operation.mark)
        #expect(ours.map { theirs.contains($0) } == [true, false, false])
        #expect(copy.replica.site == Self.fresh && copy.replica.lastSealed == ChangesetNumber(3))
        let hello = try copy.replica.hello()
        #expect(hello.site == Self.fresh && hello.tag == nil && hello.cursor == .start && hello.acknowledged == .none)
        try expectChain(copy)
        #expect(try copy.see("SELECT n FROM item ORDER BY id") == ["77", "-32"], "the till sees what it saw")
        #expect(try copy.see("SELECT site FROM linli_node") == [Self.fresh.description])
        // The hub answers the first two before its state, with the original's 8, comes from nothing; the third is laid
        // on top.
        try copy.replica.acknowledged(through: ChangesetNumber(2))
        try copy.stage([copy.item("a", n: 77, at: 20), copy.item("b", n: -8, at: 21)], upTo: 30)
        try copy.apply(30, included: 2, isComplete: true)
        #expect(try copy.see("SELECT n FROM item ORDER BY id") == ["77", "-40"])
        try copy.restart()
        #expect(copy.replica.site == Self.fresh)
        try copy.sell("UPDATE item SET n = n - 1 WHERE id = 'b'")
        #expect(try copy.seal()?.number == ChangesetNumber(4))
        try expectChain(copy)
        #expect(try copy.replica.check() == [])
    }

    @Test("that runs beside its copy keeps what it sold before the copy's changeset of that number was sealed")
    func bothRun() throws {
        let original = try StoreShop()
        try original.join([original.item("a", n: 100, at: 2), original.item("b", at: 3)])
        try original.sell("UPDATE item SET n = n - 1 WHERE id = 'a'")
        try original.seal()
        try original.replica.acknowledged(through: ChangesetNumber(1))
        let copy = try StoreShop(image: StoreImage.take(of: original.directory))
        try original.sell("UPDATE item SET n = n - 8 WHERE id = 'a'")
        try original.seal()
        copy.now = original.now + 60_000
        try copy.seal()
        try copy.sell("UPDATE item SET n = n - 16 WHERE id = 'a'")
        try copy.seal()
        let forking = try original.replica.fork(
            try history(of: copy, after: 1),
            as: Self.fresh,
            wallMilliseconds: original.now
        )
        #expect(forking == .newSite(kept: 1))
        #expect(try deltas(original) == [-8], "the copy's 16 is stamped later, and is another write")
    }

    @Test("whose clock stands tells what it sells from what its copy has")
    func clockStands() throws {
        let original = try StoreShop()
        try original.join([original.item("a", n: 100, at: 2)])
        try original.sell("UPDATE item SET n = n - 4 WHERE id = 'a'", at: 0)
        let copy = try StoreShop(image: StoreImage.take(of: original.directory))
        try original.seal()
        try copy.sell("UPDATE item SET n = n - 16 WHERE id = 'a'", at: 0)
        try copy.seal()
        let theirs = Set(try original.operations().map(\.operation.mark))
        #expect(try deltas(copy) == [-4, -16])
        #expect(try copy.operations().map { theirs.contains($0.operation.mark) } == [true, false])
    }

    @Test("whose clock stands, on its next disk, sells the same again, and it is another sale")
    func clockStandsOnTheNextDisk() throws {
        let shops = [try StoreShop(), try StoreShop(site: Self.fresh)]
        for shop in shops {
            try shop.join([shop.item("a", n: 100, at: 2)])
            try shop.sell("UPDATE item SET n = n - 4 WHERE id = 'a'", at: 0)
            try shop.seal()
        }
        let marks = try shops.map { try $0.operations().map(\.operation.mark) }
        #expect(marks[0].count == 1 && marks[1].count == 1 && marks[0] != marks[1])
    }

    @Test("that finds another changeset at the hub than its own forgets its tag, and keeps it when it is its own")
    func comparesTheLast() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 100, at: 2)])
        try shop.sell("UPDATE item SET n = n - 1 WHERE id = 'a'")
        let header = try #require(try shop.seal())
        try shop.replica.storeTag(7)
        #expect(try shop.replica.isOwn(header.number, ChangesetBuilder.hash(of: header)))
        #expect(try shop.replica.hello().tag == 7)
        #expect(try !shop.replica.isOwn(header.number, header.bodyHash))
        #expect(try shop.replica.hello().tag == nil)
        try shop.restart()
        #expect(try shop.replica.hello().tag == nil)
    }

    @Test("that has nothing of its own keeps nothing, and begins anew as a new site")
    func nothingOfItsOwn() throws {
        let (original, _) = try copied()
        let idle = try StoreShop(image: StoreImage.take(of: original.directory))
        let forking = try idle.replica.fork(
            try history(of: original, after: 1),
            as: Self.fresh,
            wallMilliseconds: idle.now
        )
        #expect(forking == .newSite(kept: 0))
        #expect(try idle.operations().isEmpty && idle.replica.outboxCount() == 0)
    }

    @Test("that the hub knows less of than it was told of keeps everything after the acknowledged")
    func hubKnowsNothing() throws {
        let (_, copy) = try copied()
        let forking = try copy.replica.fork(
            ForkHistory(after: ChangesetNumber(1), entries: []),
            as: Self.fresh,
            wallMilliseconds: copy.now
        )
        #expect(forking == .newSite(kept: 4))
        #expect(try deltas(copy) == [-2, -4, -16, -32])
    }

    @Test("asks again from the end of a history that agrees throughout and was cut")
    func longHistory() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", n: 100, at: 2)])
        for _ in 0..<(ForkHistory.entriesMax + 3) {
            try shop.sell("UPDATE item SET n = n - 1 WHERE id = 'a'")
            try shop.seal()
        }
        var history = try history(of: shop, after: 0)
        history.entries.removeLast(3)
        #expect(try shop.replica.fork(history, as: Self.fresh, wallMilliseconds: shop.now) == .askAgain)
        #expect(try shop.replica.hello().acknowledged == ChangesetNumber(Int64(ForkHistory.entriesMax)))
        #expect(shop.replica.site == StoreShop.site)
    }

    @Test("that is killed between its two files is the new site when it starts")
    func killed() throws {
        let (original, copy) = try copied()
        var images: [String] = []
        copy.replica.atStep = { [unowned copy] step throws(ReplicaError) in
            guard step == .siteTaken else { return }
            do { images.append(try StoreImage.take(of: copy.directory)) } catch {
                throw ReplicaError(wrapping: error, path: "")
            }
        }
        _ = try copy.replica.fork(try history(of: original, after: 1), as: Self.fresh, wallMilliseconds: copy.now)
        #expect(images.count == 1)
        for image in images {
            let survivor = try StoreShop(image: image)
            #expect(survivor.replica.site == Self.fresh)
            #expect(try deltas(survivor) == [-4, -16, -32])
            #expect(try survivor.replica.hello().cursor == .start)
            try expectChain(survivor)
        }
    }
}
