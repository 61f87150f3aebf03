import ChangeLog
import Testing

@testable import Replica

@Suite("Reading the feed")
struct HubFeedTests {
    @Test("A chunk of network is read and encoded once for all who need it")
    func sharedChunks() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try world.write("INSERT INTO product VALUES ('a', 'A', 1), ('b', 'B', 2)")
        let size = ChunkSize(bytesTarget: 1000, rowsMax: 100)
        let feeds = [east, west].map { FeedRound(site: $0.site, began: .start, isComplete: true) }
        let first = try world.hub.readChunk(
            feeds[0],
            .network,
            after: .start,
            size: size,
            nowMilliseconds: world.now
        )
        // What lies in the table is not looked at again.
        try world.application.use { sql in
            try sql.setTriggers(enabled: false)
            try sql.execute("UPDATE product SET name = 'changed behind the cache'")
            try sql.setTriggers(enabled: true)
        }
        let second = try world.hub.readChunk(
            feeds[1],
            .network,
            after: .start,
            size: size,
            nowMilliseconds: world.now
        )
        #expect(first == second)
        // A reader that stands elsewhere before the first entry gets the same bytes, from where it stands.
        guard
            case .read(let third) = try world.hub.readChunk(
                feeds[1],
                .network,
                after: Position(0),
                size: size,
                nowMilliseconds: world.now
            ),
            case .read(let chunk) = first
        else { return }
        #expect(third.bytes == chunk.bytes)
    }

    @Test("A shared chunk of nothing but one site's writes goes to the others only")
    func sharedEcho() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try world.write("INSERT INTO board(k) VALUES ('before')")
        for author in [east, west] { try author.read() }
        for index in 0..<3 { try east.push(east.insert("board", ["k": text("k\(index)")])) }
        #expect(try east.read().entries.isEmpty)
        #expect(try west.read().entries.count == 3)
        // One row of somebody else's, and the whole chunk is sent.
        try east.push(east.insert("board", ["k": text("k3")]))
        try west.push(west.insert("board", ["k": text("k4")]))
        #expect(try east.read().entries.count == 2)
        #expect(try west.read().entries.count == 2)
    }

    @Test("Own writes go out when an older state of one of their rows went out in the same round")
    func sharedEchoOfASentRow() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try world.write("INSERT INTO board(k) VALUES ('before')")
        try east.push(east.insert("board", ["k": text("mine"), "text": text("old")]))
        for author in [east, west] { try author.read() }
        try east.push(east.update("board", ["k": text("mine"), "text": text("older")]))
        try west.push(west.insert("board", ["k": text("theirs")]))
        var feed = FeedRound(site: east.site, began: east.cursor.position, isComplete: false, hasSent: false)
        let size = ChunkSize(bytesTarget: 1000, rowsMax: 2)
        func read(after: Position) throws -> ReadChunk? {
            let reading = try world.hub.readChunk(feed, .network, after: after, size: size, nowMilliseconds: world.now)
            guard case .read(let chunk) = reading else { return nil }
            return chunk
        }
        let mixed = try #require(try read(after: east.cursor.position))
        #expect(mixed.rows == 2)
        try east.push(east.update("board", ["k": text("mine"), "text": text("new")]))
        #expect(try read(after: mixed.upTo)?.rows == 0)
        feed.hasSent = true
        #expect(try read(after: mixed.upTo)?.rows == 1)
    }

    @Test("A row that changes after a shared chunk comes again behind it, and the checkpoint waits for that")
    func staleSharedChunks() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try world.write("INSERT INTO product VALUES ('a', 'A', 1), ('b', 'B', 2)")
        try east.read()
        try world.write("UPDATE product SET price = 9 WHERE sku = 'a'")
        #expect(try west.read().shown(world.plan) == ["product:a (A,9)", "product:b (B,2)"])
    }

    @Test("No chunk shows what an application at the hub wrote and the hub has not sealed")
    func unsealedWrites() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO product VALUES ('a', 'A', 1), ('b', 'B', 1)")
        let feed = FeedRound(site: east.site, began: .start, isComplete: true)
        let size = ChunkSize(bytesTarget: 1000, rowsMax: 1)
        guard
            case .read(let first) = try world.hub.readChunk(
                feed,
                .network,
                after: .start,
                size: size,
                nowMilliseconds: world.now
            )
        else { return }
        // Half of a transaction must not be seen: b is changed together with a, which was read already.
        try world.application.use { sql in try sql.execute("UPDATE product SET price = 2") }
        var positions = ScopePositions(.start)
        positions.network = first.upTo
        var round = ReadRound()
        try round.take(first)
        var isLast = false
        while !isLast {
            guard
                case .read(let chunk) = try world.hub.readChunk(
                    feed,
                    .network,
                    after: positions.network,
                    size: size,
                    nowMilliseconds: world.now
                )
            else { return }
            try round.take(chunk)
            positions.network = chunk.upTo
            isLast = chunk.isLast
        }
        #expect(round.shown(world.plan) == ["product:a (A,2)", "product:b (B,2)"])
    }

    @Test("A position is never split between two chunks")
    func wholePositions() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("product", ["sku": text("a")]), east.insert("product", ["sku": text("b")]))
        let feed = FeedRound(site: east.site, began: .start, isComplete: true)
        guard
            case .read(let chunk) = try world.hub.readChunk(
                feed,
                .answers,
                after: .start,
                size: ChunkSize(bytesTarget: 1000, rowsMax: 1),
                nowMilliseconds: world.now
            )
        else { return }
        // A note and an answer stand at one position.
        #expect(chunk.rows == 2)
        #expect(!chunk.isLast)
    }

    @Test("The rest of a round comes from one snapshot, whose position is the checkpoint")
    func rest() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        for index in 0..<30 { try east.push(east.insert("board", ["k": text("k\(index)")])) }
        try west.push(west.insert("basket", ["id": text("b"), "store_id": text("west")]))
        let feed = FeedRound(site: west.site, began: .start, isComplete: true)
        var positions = ScopePositions(.start)
        let size = ChunkSize(bytesTarget: 1000, rowsMax: 10)
        var round = ReadRound()
        guard
            case .read(let first) = try world.hub.readChunk(
                feed,
                .network,
                after: .start,
                size: size,
                nowMilliseconds: world.now
            )
        else { return }
        try round.take(first)
        positions.network = first.upTo
        var isMoved = false
        let reading = try world.hub.rest(of: feed, readUpTo: positions, size: size) { chunk in
            try round.take(chunk)
            if !isMoved { try east.push(east.insert("board", ["k": text("while it is read")])) }
            isMoved = true
        }
        guard case .read(let checkpoint) = reading else { return }
        #expect(round.entries.count == 31)
        #expect(checkpoint.cursor.position == Position(31))
        #expect(checkpoint.included == ChangesetNumber(1))
        #expect(world.hub.head == Position(32))
    }

    @Test("A spooled rest comes out piece by piece as it was read, whatever happens meanwhile")
    func spooledRest() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        for index in 0..<30 { try east.push(east.insert("board", ["k": text("k\(index)")])) }
        let feed = FeedRound(site: west.site, began: .start, isComplete: true)
        let size = ChunkSize(bytesTarget: 1000, rowsMax: 7)
        let reading = try world.hub.readRest(
            feed,
            readUpTo: ScopePositions(.start),
            size: size,
            nowMilliseconds: world.now
        )
        guard case .read(let spool) = reading else {
            Issue.record("nothing was read")
            return
        }
        try east.push(east.insert("board", ["k": text("later")]))
        var round = ReadRound()
        var chunks = 0
        while case .chunk(let chunk, _) = try spool.next() {
            try round.take(chunk)
            chunks += 1
        }
        guard case .checkpoint(let checkpoint) = try spool.next() else { return }
        #expect(chunks == 5)
        #expect(round.entries.count == 30)
        #expect(checkpoint.cursor.position == Position(30))
    }

    @Test("What does not concern a site leaves its checkpoint alone")
    func otherScopes() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try west.read()
        let position = west.cursor.position
        let report = try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east")]))
        #expect(report.news == [.store(Array("east".utf8))])
        let feed = FeedRound(site: west.site, began: position, isComplete: false)
        guard case .read(let checkpoint) = world.hub.readCheckpoint(feed, readUpTo: ScopePositions(position)) else {
            Issue.record("not exhausted")
            return
        }
        #expect(checkpoint.cursor.position > position)
    }
}
