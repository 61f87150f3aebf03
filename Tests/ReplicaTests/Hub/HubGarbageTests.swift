import ChangeLog
import Testing

@testable import Replica

@Suite("Tombstones go when nobody needs them, and not before")
struct HubGarbageTests {
    private let month = HubLimits.horizonMilliseconds

    private func count(_ world: HubWorld, _ what: String) throws -> String {
        try #require(try world.rows("SELECT count(*) FROM \(what)").first)
    }

    @Test("A tombstone stays until the last store has committed it, and its outbox is past it")
    func safePositions() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]))
        try east.read()
        try west.read()
        try world.write("DELETE FROM board")
        try east.read()
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_row_board") == "1")
        let cursor = west.cursor
        try west.read()
        world.hub.noteCommitted(west.cursor, safe: cursor.position, site: west.site)
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_row_board") == "1")
        world.hub.noteCommitted(west.cursor, safe: west.cursor.position, site: west.site)
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_row_board") == "0")
        #expect(try count(world, "linli_grave") == "0")
    }

    @Test("A store that is joining keeps all tombstones")
    func joining() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("board", ["k": text("a")]), east.delete("board", ["k": text("a")]))
        try east.read()
        let west = try world.join("west")
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_row_board") == "1")
        try west.read()
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_row_board") == "0")
    }

    @Test("Evictions go the same way, and a row that came back is not touched")
    func evictions() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east")]))
        try east.read()
        try west.read()
        try world.write("UPDATE basket SET store_id = 'west'")
        #expect(try count(world, "linli_feed WHERE kind = 1") == "1")
        try world.write("UPDATE basket SET store_id = 'east'")
        #expect(try world.rows("SELECT scope FROM linli_feed WHERE kind = 1").count == 1)
        try east.read()
        try west.read()
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_feed WHERE kind = 1") == "0")
        #expect(try east.read(isComplete: true).shown(world.plan) == ["basket:b (east,NULL)"])
    }

    @Test("A row that was deleted and came back keeps its entry")
    func cameBack() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("board", ["k": text("a")]))
        try east.push(east.delete("board", ["k": text("a")]), east.insert("board", ["k": text("a")], life: 3))
        try east.read()
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try world.rows("SELECT life FROM linli_row_board") == ["3"])
    }

    @Test("Answers go when their site has committed them; another site's progress does not count")
    func answers() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try west.push(west.insert("product", ["sku": text("x")]))
        try east.read()
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try west.read().shown(world.plan) == ["product:x gone 0"])
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_feed") == "0")
        #expect(try count(world, "linli_refused") == "0")
    }

    @Test("Past the horizon tombstones go, and who is behind begins at nothing")
    func horizon() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]), east.insert("board", ["k": text("b")]))
        try east.read()
        try west.read()
        try east.push(east.delete("board", ["k": text("a")]))
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        world.now += month + 1
        try east.read()
        _ = try world.hub.openSession(
            east.facts(tag: nil),
            isPresentSiteOnline: false,
            nowMilliseconds: world.now
        )
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_row_board") == "1")
        #expect(try west.read().isRestarted)
        let answer = try world.hub.openSession(
            west.facts(tag: nil),
            isPresentSiteOnline: false,
            nowMilliseconds: world.now
        )
        guard case .opened(let opening) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(!opening.resumes)
        #expect(try west.read(isComplete: true).shown(world.plan) == ["board:b (NULL,NULL,NULL,NULL,NULL,0,NULL)"])
    }

    @Test("A round from nothing in which the horizon passed begins again")
    func horizonInARound() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]))
        let feed = FeedRound(site: west.site, began: .start, isComplete: true)
        let size = ChunkSize(bytesTarget: 1000, rowsMax: 1)
        guard
            case .read = try world.hub.readChunk(
                feed,
                .network,
                after: .start,
                size: size,
                nowMilliseconds: world.now
            )
        else { return }
        try east.push(east.delete("board", ["k": text("a")]))
        try east.read()
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        world.now += month + 1
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try count(world, "linli_row_board") == "0")
        #expect(
            world.hub.readCheckpoint(feed, readUpTo: ScopePositions(Position(100))) == .restart
        )
    }

    @Test("A shared chunk is not served past the collection")
    func cachedChunks() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("board", ["k": text("a")]), east.insert("board", ["k": text("b")]))
        try east.read(rowsMax: 1)
        try east.push(east.delete("board", ["k": text("a")]))
        try east.read()
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        let west = try world.join("west")
        #expect(try west.read(rowsMax: 1).shown(world.plan) == ["board:b (NULL,NULL,NULL,NULL,NULL,0,NULL)"])
    }
}
