import ChangeLog
import Testing

@testable import Replica

@Suite("Handshakes: who a site is, and how it goes on")
struct HubSessionTests {
    private func open(
        _ world: HubWorld,
        _ facts: SessionFacts,
        isOtherOnline: Bool = false
    ) throws -> SessionAnswer {
        try world.hub.openSession(
            facts,
            isPresentSiteOnline: isOtherOnline,
            nowMilliseconds: world.now
        )
    }

    private func opening(_ answer: SessionAnswer) throws -> SessionOpening {
        guard case .opened(let opening) = answer else {
            Issue.record("\(answer)")
            throw ReplicaError.refusedFeed("\(answer)")
        }
        return opening
    }

    private func isForked(_ answer: SessionAnswer) -> Bool {
        if case .refused(.forked) = answer { true } else { false }
    }

    @Test("The confirmed tag and the last offered one are taken; an older one is a copy's")
    func tags() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let first = try opening(open(world, east.facts(tag: nil)))
        #expect(first.resumes)
        // The welcome was lost.
        let second = try opening(open(world, east.facts(tag: nil)))
        #expect(second.tag > first.tag)
        let third = try opening(open(world, east.facts(tag: second.tag)))
        world.hub.confirmTag(third.tag, site: east.site)
        for old in [nil, first.tag, second.tag] { #expect(isForked(try open(world, east.facts(tag: old)))) }
        #expect(isForked(try open(world, east.facts(tag: .max))))
        // Nor is a site without any tag believed that the hub lost something.
        var ahead = east.facts(tag: nil)
        (ahead.acknowledged, ahead.sealed) = (ChangesetNumber(9), ChangesetNumber(9))
        #expect(isForked(try open(world, ahead)))
        _ = try opening(open(world, east.facts(tag: third.tag)))
    }

    @Test("A tag that a restored hub gave before it was restored is its own loss; the copy is still found out")
    func forgottenTag() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let known = try opening(open(world, east.facts(tag: nil))).tag
        let forgotten = known + 5
        let next = try opening(open(world, east.facts(tag: forgotten))).tag
        #expect(next > forgotten)
        world.hub.confirmTag(next, site: east.site)
        #expect(isForked(try open(world, east.facts(tag: forgotten))))
        #expect(isForked(try open(world, east.facts(tag: known))))
    }

    @Test("A copy that takes another changeset than the hub's for acknowledged is told what is before it too")
    func wrongAcknowledgement() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        for name in ["a", "b", "c"] { try east.push(east.insert("board", ["k": text(name)])) }
        var copy = east.facts(tag: nil)
        (copy.acknowledged, copy.sealed, copy.acknowledgedHash) = (ChangesetNumber(2), ChangesetNumber(2), .none)
        guard case .refused(.forked(_, let history)) = try open(world, copy) else {
            Issue.record("it is taken for the site")
            return
        }
        #expect(history?.after == ChangesetNumber.none && history?.entries.count == 2)
    }

    @Test("A change log that is behind the hub's, or another one, is a copy's")
    func changeLogs() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let old = east.facts(tag: nil)
        try east.push(east.insert("board", ["k": text("a")]))
        #expect(isForked(try open(world, old)))
        var other = east.facts(tag: nil)
        other.acknowledgedHash = .none
        #expect(isForked(try open(world, other)))
        // The acknowledgement was lost: the site has sealed it, and does not know that the hub has it.
        var unheard = east.facts(tag: nil)
        unheard.acknowledged = .none
        unheard.acknowledgedHash = .none
        #expect(try opening(open(world, unheard)).acknowledged == ChangesetNumber(1))
    }

    @Test("A known cursor resumes, across a restart of the hub too; an unknown one begins at nothing")
    func cursors() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("board", ["k": text("a")]))
        try east.read()
        let first = try opening(open(world, east.facts(tag: nil)))
        #expect(first.resumes)
        try world.restart()
        let second = try opening(open(world, east.facts(tag: first.tag)))
        #expect(second.resumes)
        var facts = east.facts(tag: second.tag)
        facts.cursor = Cursor(epoch: Epoch(99), position: Position(1))
        #expect(try !opening(open(world, facts)).resumes)
        facts.tag = second.tag + 1
        facts.cursor = Cursor(epoch: Epoch(1), position: Position(1_000))
        #expect(try !opening(open(world, facts)).resumes)
    }

    @Test("A hub that was itself restored does not call its stores copies")
    func hubRestored() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        var facts = east.facts(tag: 77)
        facts.acknowledged = ChangesetNumber(5)
        facts.sealed = ChangesetNumber(5)
        facts.cursor = Cursor(epoch: Epoch(99), position: Position(50))
        let opening = try opening(open(world, facts))
        #expect(opening.acknowledged == .none)
        #expect(!opening.resumes)
    }

    @Test("A copy that becomes a new site speaks for the store, unless the present one is online; that becomes one too")
    func takeOver() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let copy = Author(world, store: east.store, site: SiteID(77))
        #expect(isForked(try open(world, copy.facts(tag: nil), isOtherOnline: true)))
        #expect(try !opening(open(world, copy.facts(tag: nil))).isFenced)
        #expect(try world.hub.stores().first?.site == SiteID(77))
        // Whatever it handed in stands; what the hub has not seen it keeps as a site of its own.
        for isOtherOnline in [false, true] {
            let answer = try open(world, east.facts(tag: nil), isOtherOnline: isOtherOnline)
            guard case .refused(.forked(_, let history?)) = answer else {
                Issue.record("the other copy is let in")
                return
            }
            #expect(history == ForkHistory(after: .none, entries: []))
        }
        let again = Author(world, store: east.store, site: SiteID(78))
        #expect(isForked(try open(world, again.facts(tag: nil), isOtherOnline: true)))
        #expect(try !opening(open(world, again.facts(tag: nil))).isFenced)
        #expect(isForked(try open(world, copy.facts(tag: nil))))
    }

    @Test("A machine that joins as a store fences the present site, whose outbox is taken, and reclaiming does")
    func fenced() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        _ = try world.hub.invite(
            east.store,
            region: "north",
            name: "East",
            secretHash: [1],
            expiresAt: world.now + 10,
            nowMilliseconds: world.now
        )
        _ = try world.hub.join(east.store, site: SiteID(77), nowMilliseconds: world.now) { $0 == [1] }
        _ = try world.hub.reclaimAll(of: west.store, nowMilliseconds: world.now)
        for (author, key) in [(east, "late"), (west, "later")] {
            #expect(try opening(open(world, author.facts(tag: nil))).isFenced)
            try author.push(author.insert("board", ["k": text(key)]))
        }
        #expect(try world.rows("SELECT k FROM board ORDER BY k") == ["late", "later"])
    }

    @Test("Frozen, retired and unknown stores are refused, and merge nothing")
    func statesOfStores() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        #expect(try world.hub.freeze(east.store, nowMilliseconds: world.now) == .done)
        #expect(try open(world, east.facts(tag: nil)) == .refused(.frozen))
        let changeset = try east.changeset([east.insert("board", ["k": text("a")])])
        #expect(try world.hub.merge([changeset], nowMilliseconds: world.now).outcomes == [.frozen(east.store)])
        #expect(try world.hub.freeze(east.store, nowMilliseconds: world.now) == .already)
        #expect(try world.hub.thaw(east.store, nowMilliseconds: world.now) == .done)
        #expect(
            try world.hub.merge([changeset], nowMilliseconds: world.now).outcomes == [
                .merged(through: ChangesetNumber(1))
            ]
        )
        #expect(try world.hub.retire(east.store, nowMilliseconds: world.now) == .done)
        #expect(try world.hub.thaw(east.store, nowMilliseconds: world.now) == .retired)
        #expect(try world.hub.retire(try #require(NodeName("nobody")), nowMilliseconds: world.now) == .unknown)
        #expect(try open(world, east.facts(tag: nil)) == .refused(.retired))
        var facts = east.facts(tag: nil)
        facts.store = try #require(NodeName("nobody"))
        #expect(try open(world, facts) == .refused(.stranger))
    }

    @Test("An invitation is used once, by one machine, within its time")
    func invitations() throws {
        let world = try HubWorld()
        let store = try #require(NodeName("east"))
        func join(_ site: UInt64, secret: UInt8) throws -> HubReplica.Joining {
            try world.hub.join(store, site: SiteID(site), nowMilliseconds: world.now) { $0 == [secret] }
        }
        #expect(try join(7, secret: 1) == .stranger)
        _ = try world.hub.invite(
            store,
            region: "north",
            name: "East",
            secretHash: [1],
            expiresAt: world.now + 10,
            nowMilliseconds: world.now
        )
        #expect(try join(7, secret: 2) == .refused)
        #expect(try join(7, secret: 1) == .joined(region: "north"))
        #expect(try join(7, secret: 1) == .joined(region: "north"))
        #expect(try join(8, secret: 1) == .refused)
        world.now += 1
        _ = try world.hub.invite(
            store,
            region: "north",
            name: "East",
            secretHash: [3],
            expiresAt: world.now + 10,
            nowMilliseconds: world.now
        )
        world.now += 11
        #expect(try join(9, secret: 3) == .refused)
    }

    @Test("Parts of a changeset are held across a restart, and merged when the last has come")
    func heldParts() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        var writer = SegmentWriter(segmentBytesTarget: 40)
        for index in 0..<20 {
            writer.write(
                try east.insert("board", ["k": text("key-\(index)"), "text": text("some text \(index)")]),
                shape: world.plan.tables[7].shape
            )
        }
        let segments = writer.finish()
        #expect(segments.count > 3)
        var changeset = try east.changeset(segments, operations: 20)
        let number = changeset.header.number
        for part in [0, 1, 1, 3] { _ = try world.hub.hold(segments[part], part: part, of: number, site: east.site) }
        try world.restart()
        var facts = east.facts(tag: nil)
        facts.acknowledged = .none
        facts.acknowledgedHash = .none
        #expect(try opening(open(world, facts)).partsHeld == 2)
        changeset.body = .held
        guard case .damaged = try world.hub.merge([changeset], nowMilliseconds: world.now).outcomes[0] else {
            Issue.record("merged without all its parts")
            return
        }
        for (part, bytes) in segments.enumerated() {
            _ = try world.hub.hold(bytes, part: part, of: number, site: east.site)
        }
        #expect(try world.hub.merge([changeset], nowMilliseconds: world.now).outcomes == [.merged(through: number)])
        #expect(try world.rows("SELECT count(*) FROM board") == ["20"])
        #expect(try world.hub.held.count(of: number, site: east.site) == 0)
    }

    @Test("What the hub knows survives its restart")
    func restart() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]))
        try east.read()
        try west.read()
        let before = try world.hub.stores()
        let head = world.hub.head
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        try world.restart()
        #expect(try world.hub.stores() == before)
        #expect(world.hub.head == head)
        try west.push(west.update("board", ["k": text("a"), "text": text("after")]))
        #expect(try east.read().shown(world.plan) == ["board:a (after,NULL,NULL,NULL,NULL,0,NULL)"])
        #expect(east.cursor.epoch == Epoch(2))
    }
}
