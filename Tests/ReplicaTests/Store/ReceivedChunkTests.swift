import ChangeLog
import Testing

@testable import Replica

@Suite("A store keeps what came down, for a hub that loses it")
struct ReceivedChunkTests {
    private func chunk(_ upTo: Int64, bytes: Int = 100, seal: [UInt8] = [7]) -> StoreFeed.Chunk {
        StoreFeed.Chunk(
            scope: .network,
            from: .start,
            upTo: Position(upTo),
            bytes: Array(repeating: UInt8(truncatingIfNeeded: upTo), count: bytes),
            seal: seal
        )
    }

    private func keep(_ shop: StoreShop, _ chunks: StoreFeed.Chunk...) throws {
        let now = shop.now
        try shop.replica.log.write { sql in try ReceivedChunks(sql).append(chunks, wallMilliseconds: now) }
    }

    private func kept(_ shop: StoreShop, above position: Int64 = 0) throws -> [UInt8] {
        var found: [UInt8] = []
        var id: Int64 = 0
        while let next = try shop.replica.received(after: id, above: Position(position)) {
            found.append(next.bytes.first ?? 0)
            id = next.id
        }
        return found
    }

    @Test("in the order in which it came, across a restart, with the epoch and the seal; without a seal not at all")
    func order() throws {
        let shop = try StoreShop()
        try shop.replica.beginSession(in: Epoch(5))
        try keep(shop, chunk(10), chunk(20, seal: []), chunk(30))
        try shop.restart()
        #expect(try kept(shop) == [10, 30])
        #expect(try kept(shop, above: 10) == [30])
        let first = try shop.replica.received(after: 0, above: .start)
        #expect(first?.epoch == Epoch(5) && first?.seal == [7])
        try shop.replica.beginSession(in: Epoch(6))
        try keep(shop, chunk(40))
        try shop.replica.log.write { sql in try ReceivedChunks(sql).dropEarlierEpochs() }
        #expect(try kept(shop) == [40])
    }

    @Test("no longer than changesets are kept: what is erased everywhere goes from here too")
    func age() throws {
        let shop = try StoreShop()
        try shop.replica.beginSession(in: Epoch(5))
        try keep(shop, chunk(10))
        shop.now += StoreLimits.keptMilliseconds
        try keep(shop, chunk(20))
        _ = try shop.replica.tidy(wallMilliseconds: shop.now)
        #expect(try kept(shop) == [10, 20])
        _ = try shop.replica.tidy(wallMilliseconds: shop.now + 1)
        #expect(try kept(shop) == [20])
    }

    @Test("versions of the schema for good, each once, with the hub's seal; without one not at all")
    func schemas() throws {
        let shop = try StoreShop()
        try shop.replica.beginSession(in: Epoch(5))
        for _ in 1...2 {
            try shop.replica.keepSchema(2, Array("two".utf8), seal: [9], wallMilliseconds: shop.now)
            try shop.replica.keepSchema(3, Array("three".utf8), seal: [], wallMilliseconds: shop.now)
        }
        try keep(shop, chunk(10))
        shop.now += 2 * StoreLimits.keptMilliseconds
        _ = try shop.replica.tidy(wallMilliseconds: shop.now)
        try shop.replica.beginSession(in: Epoch(6))
        try shop.replica.log.write { sql in try ReceivedChunks(sql).dropEarlierEpochs() }
        let first = try #require(try shop.replica.received(after: 0, above: Position(1 << 40)))
        #expect(first.seal == [9] && first.epoch == .none)
        #expect(try SealedSchema(chunk: first.bytes) == SealedSchema(version: 2, document: Array("two".utf8)))
        #expect(try shop.replica.received(after: first.id, above: .start) == nil)
    }

    @Test("the newest bytes, and no more of them than its limit")
    func bound() throws {
        let shop = try StoreShop()
        try shop.replica.beginSession(in: Epoch(5))
        let each = StoreLimits.receivedBytesMax / 100
        for upTo in 1...StoreLimits.receivedChunksBetweenTrims {
            try keep(shop, chunk(Int64(upTo), bytes: each))
        }
        let sizes = try shop.replica.log.read { sql in
            try sql.statement("SELECT sum(length(bytes)) FROM received").firstInteger() ?? 0
        }
        #expect(sizes <= StoreLimits.receivedBytesMax && sizes > StoreLimits.receivedBytesMax - 2 * each)
        #expect(try kept(shop).last == UInt8(truncatingIfNeeded: StoreLimits.receivedChunksBetweenTrims))
    }
}
