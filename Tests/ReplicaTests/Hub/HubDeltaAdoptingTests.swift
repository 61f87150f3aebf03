import ChangeLog
import Testing

@testable import Replica

@Suite("A restored hub adds again what it had added to counters itself")
struct HubDeltaAdoptingTests {
    private let stock: [String: Value] = ["store_id": text("east"), "sku": text("milk")]

    private func world() throws -> (world: HubWorld, east: Author, west: Author, backup: String) {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try world.write("INSERT INTO board(k, text, n) VALUES ('a', 'x', 1)")
        try east.read()
        try west.read()
        return (world, east, west, try world.backUp())
    }

    /// - Returns: how much was lacking.
    @discardableResult
    private func offer(_ round: ReadRound, of author: Author, in epoch: UInt64 = 1, isAfterOutbox: Bool = true) throws
        -> Int
    {
        try round.chunks.filter { $0.rows > 0 }.reduce(0) { sum, chunk in
            let offer = OfferedChunk(
                site: author.site,
                epoch: Epoch(epoch),
                bytes: chunk.bytes,
                seal: chunk.seal,
                isAfterOutbox: isAfterOutbox
            )
            return sum + (try author.world.hub.adopt(offer, nowMilliseconds: author.world.now))
        }
    }

    private let sums = "SELECT k, n FROM board ORDER BY k"

    @Test("once, whoever says it and how often, beside what stores add; also the number that a row began with")
    func once() throws {
        let (world, east, west, backup) = try world()
        try world.write("UPDATE board SET n = n + 10 WHERE k = 'a'", "INSERT INTO board(k, n) VALUES ('b', 7)")
        let first = try east.read()
        let added = try east.changeset([try east.update("board", ["k": text("a"), "n": int(100)])])
        _ = try world.hub.merge([added], nowMilliseconds: world.now)
        try world.write("UPDATE board SET n = n - 3", "UPDATE board SET text = 'none of it' WHERE k = 'a'")
        let (second, both) = (try east.read(), try west.read())
        #expect(try world.rows(sums) == ["a|108", "b|4"])

        try world.restore(backup)
        #expect(try offer(second, of: east, isAfterOutbox: false) > 0)
        _ = try world.hub.merge([added], nowMilliseconds: world.now)
        for (round, author) in [(both, west), (first, east), (second, east), (both, west)] {
            try offer(round, of: author)
        }
        #expect(try world.rows(sums) == ["a|108", "b|4"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == [])
        let head = world.hub.head
        for round in [first, second] { #expect(try offer(round, of: east) == 0) }
        #expect(world.hub.head == head)
    }

    @Test("once too when it is lost again: what was adopted and what was said first are one addition")
    func twice() throws {
        let (world, east, west, backup) = try world()
        try world.write("UPDATE board SET n = n + 10")
        let first = try west.read()
        try world.restore(backup)
        try offer(first, of: west)
        try world.write("UPDATE board SET n = n + 200")
        let second = try east.read(isComplete: true)
        #expect(try world.rows(sums) == ["a|211"])
        try world.restore(backup)
        try offer(second, of: east, in: 2)
        try offer(first, of: west)
        #expect(try world.rows(sums) == ["a|211"])
    }

    @Test("to a row in the life that it saw, and no longer than stores keep what came down")
    func limits() throws {
        let (world, east, west, backup) = try world()
        try world.write("UPDATE board SET n = n + 10")
        let (round, other) = (try east.read(), try west.read())
        try world.restore(backup)
        try world.write("DELETE FROM board WHERE k = 'a'", "INSERT INTO board(k, n) VALUES ('a', 5)")
        try offer(round, of: east)
        #expect(try world.rows(sums) == ["a|5"])
        try world.restore(backup)
        world.now += HubLimits.horizonMilliseconds
        try offer(other, of: west)
        #expect(try world.rows(sums) == ["a|1"])
    }

    @Test("and forgets the notes of it after a month")
    func forgotten() throws {
        let (world, east, _, _) = try world()
        try world.write("UPDATE board SET n = n + 10")
        #expect(try world.rows("SELECT count(*) FROM linli_own_delta") == ["2"])
        world.now += HubLimits.horizonMilliseconds + 1
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try world.rows("SELECT count(*) FROM linli_own_delta") == ["0"])
        #expect(try world.rows("SELECT count(*) FROM linli_feed WHERE tbl = -3") == ["0"])
        try east.read(isComplete: true)
    }

    @Test("Units that the hub spent are spent again with its rights, or named")
    func rights() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("stock", stock.merging(["available": int(10)]) { $1 }))
        let backup = try world.backUp()
        let grant = try east.changeset([try east.grant("stock", stock, "available", to: "hub", 6)])
        _ = try world.hub.merge([grant], nowMilliseconds: world.now)
        try world.write("UPDATE stock SET available = available - 4")
        let round = try east.read()
        try world.restore(backup)
        try offer(round, of: east, isAfterOutbox: false)
        #expect(try world.rows("SELECT available FROM stock") == ["10"])
        _ = try world.hub.merge([grant], nowMilliseconds: world.now)
        try offer(round, of: east)
        #expect(try world.rows("SELECT available FROM stock") == ["6"])
        try world.checkRights()
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == [])
        // Without the grant the hub has nothing to spend.
        try world.restore(backup)
        try offer(round, of: east)
        #expect(try world.rows("SELECT store, reason LIKE '%no rights%' FROM linli_quarantine") == ["hub|1"])
        try world.checkRights()
    }
}
