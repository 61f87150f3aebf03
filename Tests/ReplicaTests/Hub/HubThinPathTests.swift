import ChangeLog
import Testing

@testable import Replica

@Suite("The hub merges what stores push, and reads it out again")
struct HubThinPathTests {
    @Test("An insert of one store reaches every store of its scope, and no other")
    func insertReachesItsScope() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a"), "text": text("hello"), "n": int(3)]))
        try east.push(east.insert("basket", ["id": text("b1"), "store_id": text("east"), "note": text("mine")]))
        #expect(
            try east.read().shown(world.plan) == [
                "basket:b1 (east,mine)", "board:a (hello,NULL,NULL,NULL,NULL,3,NULL)",
            ]
        )
        #expect(try west.read().shown(world.plan) == ["board:a (hello,NULL,NULL,NULL,NULL,3,NULL)"])
        #expect(try world.rows("SELECT k, text, n FROM board") == ["a|hello|3"])
    }

    @Test("Updates of two stores to different cells both stand; counters add up")
    func cellsMerge() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a"), "text": text("t"), "n": int(10)]))
        try east.read()
        try west.read()
        try east.push(east.update("board", ["k": text("a"), "text": text("east"), "n": int(-2)]))
        try west.push(west.update("board", ["k": text("a"), "other": text("west"), "n": int(5)]))
        #expect(try world.rows("SELECT text, other, n FROM board") == ["east|west|13"])
        #expect(try world.rows("SELECT * FROM linli_conflict") == [])
        #expect(try west.read().shown(world.plan) == ["board:a (east,west,NULL,NULL,NULL,13,NULL)"])
    }

    @Test("What an application at the hub writes goes down without being merged by hand")
    func hubWritesGoDown() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO product VALUES ('milk', 'Milk', 500)")
        #expect(try east.read().shown(world.plan) == ["product:milk (Milk,500)"])
        try world.write("UPDATE product SET price = 450 WHERE sku = 'milk'")
        #expect(try east.read().shown(world.plan) == ["product:milk (Milk,450)"])
        try world.write("DELETE FROM product")
        #expect(try east.read().shown(world.plan) == ["product:milk gone 2"])
    }

    @Test("A changeset that the hub has is acknowledged again, and done once")
    func repeatedPush() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("board", ["k": text("a"), "n": int(1)]))
        let second = try east.changeset([east.update("board", ["k": text("a"), "n": int(1)])])
        let report = try world.hub.merge([second, second], nowMilliseconds: world.now)
        #expect(report.outcomes == [.merged(through: ChangesetNumber(2)), .merged(through: ChangesetNumber(2))])
        #expect(try world.rows("SELECT n FROM board") == ["2"])
    }

    @Test("A number that does not follow, or another history under the next number, is not merged")
    func continuity() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let first = try east.changeset([east.insert("board", ["k": text("a")])])
        let second = try east.changeset([east.insert("board", ["k": text("b")])])
        #expect(
            try world.hub.merge([second], nowMilliseconds: world.now).outcomes
                == [.gap(expected: ChangesetNumber(1))]
        )
        #expect(
            try world.hub.merge([first], nowMilliseconds: world.now).outcomes == [.merged(through: ChangesetNumber(1))]
        )
        var forked = second
        forked.header.previous = .none
        #expect(try world.hub.merge([forked], nowMilliseconds: world.now).outcomes == [.forked])
        #expect(try world.rows("SELECT k FROM board") == ["a"])
    }

    @Test("Chunks end at the target, go on where they ended, and the checkpoint waits for the last")
    func chunks() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        for index in 0..<25 { try east.push(east.insert("board", ["k": text("k\(index)"), "n": int(Int64(index))])) }
        let feed = FeedRound(site: west.site, began: .start, isComplete: true)
        #expect(world.hub.readCheckpoint(feed, readUpTo: ScopePositions(.start)) == .notYet)
        let round = try west.read(rowsMax: 10)
        #expect(round.chunks.filter { $0.scope == .network }.map(\.rows) == [10, 10, 5])
        #expect(round.entries.count == 25)
        #expect(round.checkpoint?.included == ChangesetNumber(0))
        #expect(try east.read().checkpoint?.included == ChangesetNumber(25))
    }
}
