import ChangeLog
import Testing

@testable import Replica

@Suite("Values that lost are kept, and nothing else is")
struct HubConflictTests {
    private func prepared() throws -> (HubWorld, Author, Author) {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(
            east.insert("board", ["k": text("a"), "text": text("t"), "began": .null, "high": int(1), "n": int(1)])
        )
        try east.read()
        try west.read()
        return (world, east, west)
    }

    private func lines(_ world: HubWorld) throws -> [String] {
        try world.rows("SELECT \"column\", kept, kept_by, lost, lost_by FROM linli_conflict ORDER BY id")
    }

    @Test("Two values that had not seen each other: the one that loses is kept, with who lost it")
    func concurrentValues() throws {
        let (world, east, west) = try prepared()
        try east.push(east.update("board", ["k": text("a"), "text": text("east")]))
        world.now += 1
        try west.push(west.update("board", ["k": text("a"), "text": text("west")]))
        #expect(try lines(world) == [#"text|"west"|west|"east"|east"#])
        let line = try world.rows("SELECT lost_at, noticed_at FROM linli_conflict")
        #expect(line == ["\(world.now - 1)|\(world.now)"])
        #expect(try east.read().notes.count == 1)
        #expect(try west.read().notes.count == 0)
    }

    @Test("A value that was seen is overwritten without a conflict")
    func seenValues() throws {
        let (world, east, west) = try prepared()
        try east.push(east.update("board", ["k": text("a"), "text": text("east")]))
        try west.read()
        world.now += 1
        try west.push(west.update("board", ["k": text("a"), "text": text("west")]))
        try west.push(west.update("board", ["k": text("a"), "text": text("west again")]))
        #expect(try lines(world) == [])
    }

    @Test("Equal values, and the sums and extremes of others, are no conflict")
    func noConflict() throws {
        let (world, east, west) = try prepared()
        try east.push(east.update("board", ["k": text("a"), "text": text("same"), "high": int(3), "n": int(1)]))
        try west.push(west.update("board", ["k": text("a"), "text": text("same"), "high": int(2), "n": int(1)]))
        #expect(try lines(world) == [])
    }

    @Test("A first value that comes too late is kept; NULL is no value")
    func firstValues() throws {
        let (world, east, west) = try prepared()
        try east.push(east.update("board", ["k": text("a"), "began": int(100)]))
        world.now += 1
        try west.push(west.update("board", ["k": text("a"), "began": int(200)]))
        #expect(try lines(world) == ["began|100|east|200|west"])
        #expect(try world.rows("SELECT began FROM board") == ["100"])
    }

    @Test("The hub's own value counts as another's")
    func againstTheHub() throws {
        let (world, east, _) = try prepared()
        try world.write("UPDATE board SET text = 'hub' WHERE k = 'a'")
        world.now -= 60_000
        try east.push(east.update("board", ["k": text("a"), "text": text("east")]))
        #expect(try lines(world) == [#"text|"hub"|hub|"east"|east"#])
        #expect(try world.rows("SELECT text FROM board") == ["hub"])
    }
}
