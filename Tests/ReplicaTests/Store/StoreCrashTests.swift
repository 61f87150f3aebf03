import ChangeLog
import Testing

@testable import Replica

@Suite("A store that is killed")
struct StoreCrashTests {
    /// Everything that writes, once: a seal, a long round that is staged on disk, its apply with a till that sells
    /// until the last moment, a round that changes nothing, a seal that comes to nothing, stamps that are corrected.
    private func tell(_ shop: StoreShop) throws {
        try shop.join([shop.item("a", n: 10, at: 2), shop.item("b", at: 3)])
        try shop.sell("UPDATE item SET n = n - 1 WHERE id = 'a'")
        try shop.seal()
        try shop.sell("UPDATE item SET n = n - 2, note = 'mine' WHERE id = 'a'")
        try stageRound(shop)
        try shop.apply(20)
        try shop.apply(21)
        try shop.sell("INSERT INTO item(id, store_id, n) VALUES ('c', 'nanjing-1', 7)")
        try shop.sell("DELETE FROM item WHERE id = 'c'")
        try shop.seal()
        try shop.sell("UPDATE item SET n = n - 8 WHERE id = 'a'")
        try shop.seal()
        // The hub is found to be an hour ahead; the last changesets were not sent.
        shop.replica.clocksRead(wallMilliseconds: shop.now, monotonicMilliseconds: 0)
        try shop.replica.hubClockMeasured(
            hubLessMonotonicMilliseconds: shop.now + 3_600_000,
            roundTripMilliseconds: 1
        )
    }

    /// The hub counted 100, wrote a note long ago, deleted b, and sends a lot of rows with it.
    private func stageRound(_ shop: StoreShop) throws {
        let old = Stamp(milliseconds: StoreShop.morning - 1000)
        let rows =
            [try shop.item("a", note: "hub", n: 100, at: 11, stamp: old), try shop.gone("b", at: 12)]
            + (try (0..<1500).map { number in
                try shop.item("x\(number)", note: String(repeating: "\(number % 10)", count: 300), at: 13)
            })
        try shop.stage(rows, upTo: 20)
    }

    /// Whatever was done before, a store that goes on ends here.
    private func finish(_ shop: StoreShop) throws {
        let hello = try shop.replica.hello()
        if hello.cursor == .start {
            try shop.join([shop.item("a", n: 10, at: 2), shop.item("b", at: 3)])
        }
        if shop.replica.state.base.cursor.position < Position(20) {
            if try shop.replica.hello().staged.isEmpty { try stageRound(shop) }
            try shop.apply(20)
        }
        try shop.seal()
    }

    /// What the till sees is the hub's count and every delta in the change log, each once.
    private func expectWhole(_ shop: StoreShop, _ when: Comment) throws {
        let deltas = try shop.operations().filter { $0.operation.key == [.text("a")] }.compactMap {
            $0.operation.value(6)?.integer
        }
        let seen = try shop.see("SELECT n FROM item WHERE id = 'a'")
        #expect(seen == ["\(100 + deltas.reduce(0, +))"], when)
        #expect(try shop.see("SELECT count(*) FROM item WHERE id LIKE 'x%'") == ["1500"], when)
        #expect(try shop.see("SELECT count(*) FROM item WHERE id = 'b'") == ["0"], when)
        #expect(try shop.replica.check() == [], when)
        let numbers = Set(try shop.operations().map(\.number))
        #expect(numbers == Set(numbers.max().map { Array(1...$0) } ?? []), when)
    }

    @Test("Killed at any point, it has lost nothing and doubled nothing", arguments: StoreStep.allCases)
    func killed(_ at: StoreStep) throws {
        guard at != .schemaCommitted, at != .siteTaken else { return }
        let shop = try StoreShop()
        var images: [String] = []
        shop.replica.atStep = { [unowned shop] step throws(ReplicaError) in
            do {
                if step == .ownWritesLaid, try !shop.see("SELECT 1 FROM item WHERE id = 'a'").isEmpty {
                    try shop.sell("UPDATE item SET n = n - 4 WHERE id = 'a'")
                }
                guard step == at else { return }
                images.append(try StoreImage.take(of: shop.directory))
            } catch {
                throw ReplicaError(wrapping: error, path: "")
            }
        }
        try tell(shop)
        #expect(!images.isEmpty, "\(at) is reached")
        for (number, image) in images.enumerated() {
            let survivor = try StoreShop(image: image)
            try finish(survivor)
            try expectWhole(survivor, "image \(number) at \(at)")
        }
    }

    @Test("When the power goes at any point, it has lost nothing that it has sealed", arguments: StoreStep.allCases)
    func powerless(_ at: StoreStep) throws {
        guard at != .schemaCommitted, at != .siteTaken else { return }
        let shop = try StoreShop()
        var images: [String] = []
        var synced = try StoreImage.logBytes(of: shop.directory)
        shop.replica.atStep = { [unowned shop] step throws(ReplicaError) in
            do {
                if step == .sealSynced || step == .applySynced { synced = try StoreImage.logBytes(of: shop.directory) }
                if step == at { images.append(try StoreImage.take(of: shop.directory, replicaLogBytes: synced)) }
                if step == .ownWritesLaid, try !shop.see("SELECT 1 FROM item WHERE id = 'a'").isEmpty {
                    try shop.sell("UPDATE item SET n = n - 4 WHERE id = 'a'")
                }
            } catch {
                throw ReplicaError(wrapping: error, path: "")
            }
        }
        try tell(shop)
        #expect(!images.isEmpty, "\(at) is reached")
        for (number, image) in images.enumerated() {
            let survivor = try StoreShop(image: image)
            try finish(survivor)
            try expectWhole(survivor, "image \(number) at \(at)")
        }
    }

    @Test("After a failure at any point, the same daemon goes on", arguments: StoreStep.allCases)
    func failing(_ at: StoreStep) throws {
        guard at != .schemaCommitted, at != .siteTaken else { return }
        let shop = try StoreShop()
        var failures = 0
        shop.replica.atStep = { step throws(ReplicaError) in
            guard step == at, failures == 0 else { return }
            failures += 1
            throw .file(path: "changes.db", operation: "fdatasync", code: 5)
        }
        do { try tell(shop) } catch let error as ReplicaError {
            #expect(error == .file(path: "changes.db", operation: "fdatasync", code: 5))
        }
        #expect(failures == 1, "\(at) is reached")
        try finish(shop)
        try expectWhole(shop, "after a failure at \(at)")
    }
}
