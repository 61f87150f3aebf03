import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

@Suite("A restored hub adopts of its own lost writes what stores give back")
struct HubAdoptingTests {
    private let stock: [String: Value] = ["store_id": text("east"), "sku": text("milk")]

    /// East has ten bottles, of which the hub may promise six; a price list, a board; and all of it in a backup.
    private func world() throws -> (world: HubWorld, east: Author, west: Author, backup: String) {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("stock", stock.merging(["available": int(10)]) { $1 }))
        try east.push(east.grant("stock", stock, "available", to: "hub", 6))
        try world.write(
            "INSERT INTO product VALUES ('milk', 'Milk', 100)",
            "INSERT INTO board(k, text) VALUES ('gone', 'x'), ('kept', 'y')"
        )
        try east.read()
        try west.read()
        return (world, east, west, try world.backUp())
    }

    @discardableResult
    private func offer(_ round: ReadRound, of author: Author, isAfterOutbox: Bool) throws -> Int {
        var rows = 0
        for chunk in round.chunks where chunk.rows > 0 {
            let offer = OfferedChunk(
                site: author.site,
                epoch: Epoch(1),
                bytes: chunk.bytes,
                seal: chunk.seal,
                isAfterOutbox: isAfterOutbox
            )
            rows += try author.world.hub.adopt(offer, nowMilliseconds: author.world.now)
        }
        return rows
    }

    @Test("Rows with their effects, later values, deletes and milestones: before the outbox, and again after it")
    func adopted() throws {
        let (world, east, west, backup) = try world()
        // What follows is lost with the hub's disk.
        try world.write(
            "INSERT INTO product VALUES ('tea', 'Tea', 900)",
            "UPDATE product SET price = 150 WHERE sku = 'milk'",
            "DELETE FROM board WHERE k = 'gone'",
            "INSERT INTO customer_order(id, store_id, placed_at) VALUES ('o', 'east', 7)",
            "INSERT INTO order_line VALUES ('o', 1, 'milk', 2)"
        )
        var rounds = [try east.read()]
        let westRound = try west.read()
        // East packs that order, and takes one of its own, which the hub cancels.
        let pushed = [
            try east.changeset([
                east.update("customer_order", ["id": text("o"), "note": text("packed"), "ready_at": int(9)]),
                east.insert("customer_order", ["id": text("e"), "store_id": text("east"), "note": text("mine")]),
            ])
        ]
        _ = try world.hub.merge(pushed, nowMilliseconds: world.now)
        try world.write(
            "UPDATE customer_order SET cancelled_at = 11, note = 'call' WHERE id = 'e'",
            "INSERT INTO product VALUES ('ale', 'Ale', 700)"
        )
        rounds.append(try east.read())
        let orders = "SELECT id, store_id, note, placed_at, ready_at, cancelled_at FROM customer_order ORDER BY id"
        let lost = try world.rows(orders)
        #expect(lost == ["e|east|call|NULL|NULL|11", "o|east|packed|7|9|NULL"])

        try world.restore(backup)
        #expect(try world.rows(orders) == [])
        // In any order: what was written first is not stamped anew above what was written later.
        for round in rounds.reversed() { try offer(round, of: east, isAfterOutbox: false) }
        // What the hub began is there, with its effect; the rest waits for what stores push.
        #expect(try world.rows(orders) == ["o|east|NULL|7|NULL|NULL"])
        #expect(try world.rows("SELECT sku, price FROM product ORDER BY sku") == ["ale|700", "milk|100", "tea|900"])
        #expect(try world.rows("SELECT available FROM stock") == ["8"])
        _ = try world.hub.merge(pushed, nowMilliseconds: world.now)
        for round in rounds { try offer(round, of: east, isAfterOutbox: true) }
        #expect(try world.rows(orders) == lost)
        #expect(try world.rows("SELECT sku, price FROM product ORDER BY sku") == ["ale|700", "milk|150", "tea|900"])
        #expect(try world.rows("SELECT k FROM board") == ["kept"])
        #expect(try world.rows("SELECT available FROM stock") == ["8"])
        #expect(try world.rows("SELECT node, units FROM linli_rights WHERE units > 0") == ["hub|4", "east|4"])
        try world.checkRights()
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == [])
        #expect(try world.rows("SELECT * FROM linli_conflict") == [])
        // The other store has the same, and the first one says it again: nothing is lacking.
        let head = world.hub.head
        for isAfterOutbox in [false, true] {
            #expect(try offer(westRound, of: west, isAfterOutbox: isAfterOutbox) == 0)
            for round in rounds { #expect(try offer(round, of: east, isAfterOutbox: isAfterOutbox) == 0) }
        }
        #expect(world.hub.head == head)
        // The hub's clock is above what it adopted: what it writes next wins.
        try world.write("UPDATE product SET price = 160 WHERE sku = 'milk'")
        #expect(try offer(westRound, of: west, isAfterOutbox: true) == 0)
        #expect(try world.rows("SELECT price FROM product WHERE sku = 'milk'") == ["160"])
    }

    @Test("A row that one store knows deleted is not brought back by another that knows it alive")
    func deletedMeanwhile() throws {
        let (world, east, west, backup) = try world()
        try world.write("INSERT INTO board(k, text) VALUES ('short', 'lived')")
        let alive = try west.read()
        try world.write("DELETE FROM board WHERE k = 'short'")
        // East never hears of the row's life, not by a chunk that was read for the other either.
        world.hub.cache.empty()
        let dead = try east.read()
        try world.restore(backup)
        try offer(dead, of: east, isAfterOutbox: true)
        try offer(alive, of: west, isAfterOutbox: false)
        try offer(alive, of: west, isAfterOutbox: true)
        #expect(try world.rows("SELECT k FROM board ORDER BY k") == ["gone", "kept"])
        try world.restore(backup)
        try offer(alive, of: west, isAfterOutbox: true)
        #expect(try world.rows("SELECT k FROM board ORDER BY k") == ["gone", "kept", "short"])
        try offer(dead, of: east, isAfterOutbox: true)
        #expect(try world.rows("SELECT k FROM board ORDER BY k") == ["gone", "kept"])
    }

    @Test("What a store made of a chunk, or made up, is not looked at: its seal is not the hub's")
    func forged() throws {
        let (world, east, _, backup) = try world()
        try world.write("UPDATE product SET price = 150")
        var round = try east.read()
        try world.restore(backup)
        for place in round.chunks.indices where round.chunks[place].rows > 0 {
            round.chunks[place].bytes[round.chunks[place].bytes.count - 1] ^= 1
        }
        for isAfterOutbox in [false, true] { #expect(try offer(round, of: east, isAfterOutbox: isAfterOutbox) == 0) }
        #expect(try world.rows("SELECT price FROM product") == ["100"])
        #expect(
            try world.rows("SELECT store, reason FROM linli_quarantine") == ["east|offered as the hub's: not its seal"]
        )
        // The line is settled, and nothing else can be done with it.
        let settle = { how in
            try world.hub.settleQuarantine(1, how, by: "li", nowMilliseconds: world.now)
        }
        guard case .refused(1, let reason) = try settle(.accepted) else {
            Issue.record("an offer was accepted")
            return
        }
        #expect(reason.contains("discard the line"))
        #expect(try settle(.discarded) == .done([1]))
        // Of another epoch, the same bytes have another seal.
        round = ReadRound()
        let own = try east.read(isComplete: true).chunks.first { $0.rows > 0 }
        let chunk = try #require(own)
        let moved = OfferedChunk(
            site: east.site,
            epoch: Epoch(9),
            bytes: chunk.bytes,
            seal: chunk.seal,
            isAfterOutbox: true
        )
        #expect(try world.hub.adopt(moved, nowMilliseconds: world.now) == 0)
        #expect(try world.rows("SELECT count(*) FROM linli_quarantine WHERE settled_at IS NULL") == ["1"])
    }

    @Test("A write that cannot be made again is named after the outbox, once, and can be accepted when it can")
    func named() throws {
        let (world, east, west, backup) = try world()
        // The hub promises four on units that it was granted after the backup.
        try east.push(east.grant("stock", stock, "available", to: "hub", 4))
        try world.write(
            "INSERT INTO customer_order(id, store_id) VALUES ('o', 'east')",
            "INSERT INTO order_line VALUES ('o', 1, 'milk', 9)"
        )
        let round = try east.read()
        try world.restore(backup)
        // The grant is not pushed again: that disk is lost, too.
        for isAfterOutbox in [false, true] { try offer(round, of: east, isAfterOutbox: isAfterOutbox) }
        try offer(round, of: west, isAfterOutbox: true)
        #expect(try world.rows("SELECT id FROM customer_order") == ["o"])
        #expect(try world.rows("SELECT * FROM order_line") == [])
        #expect(
            try world.rows(
                "SELECT store, \"table\", reason LIKE 'lost with the hub''s disk: %no rights%' FROM linli_quarantine"
            )
                == ["hub|order_line|1"]
        )
        try world.checkRights()
    }

    @Test("What the backup has, what stores wrote, and what lies before the backup is left alone")
    func leftAlone() throws {
        let (world, east, _, _) = try world()
        let whole = try east.read(isComplete: true)
        try world.write("UPDATE product SET price = 300")
        let backup = try world.backUp()
        try east.push(east.insert("board", ["k": text("east's"), "text": text("z"), "n": int(5)]))
        let own = try east.read(isComplete: true)
        try world.restore(backup)
        for round in [whole, own] {
            for isAfterOutbox in [false, true] {
                #expect(try offer(round, of: east, isAfterOutbox: isAfterOutbox) == 0)
            }
        }
        #expect(try world.rows("SELECT price FROM product") == ["300"])
        #expect(try world.rows("SELECT k FROM board ORDER BY k") == ["gone", "kept"])
    }

    @Test("A hub that was restored says from where on it lacks what it sent; one that was not asks for nothing")
    func asked() throws {
        let (world, east, west, backup) = try world()
        func opening(_ author: Author, tag: UInt64?) throws -> SessionOpening? {
            let answer = try world.hub.openSession(
                author.facts(tag: tag),
                isPresentSiteOnline: false,
                nowMilliseconds: world.now
            )
            guard case .opened(let opening) = answer else { return nil }
            return opening
        }
        #expect(try opening(east, tag: nil)?.offersAfter == nil)
        let head = world.hub.head
        try world.write("UPDATE product SET price = 150")
        try east.read()
        try world.restore(backup)
        let lost = try #require(try opening(east, tag: nil))
        #expect(lost.offersAfter == head && !lost.resumes)
        // West never heard of what was lost.
        let calm = try #require(try opening(west, tag: nil))
        #expect(calm.offersAfter == nil && calm.resumes)
    }
}
