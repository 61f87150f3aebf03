import ChangeLog
import SyncSession
import Testing

@Suite("A hub's feed")
struct HubFeedTests {
    /// Online, at rest at position 100.
    private func resting(limits: Limits = .standard) -> HubSession { .online(limits: limits) }

    private func head(_ position: Int64) -> Position { Position(position) }

    @Test("a store that stands at the head is told nothing")
    func caughtUp() {
        var hub = HubSession()
        _ = hub.handle(.connected(.at(0)))
        _ = hub.receive(.hello(.sample()))
        _ = hub.handle(.opened(.sample()))
        #expect(hub.receive(.confirm(SessionTag(7))).lines == "confirm tag 7")
    }

    @Test("a store that stands at the head of another epoch gets a checkpoint of this one")
    func newEpoch() {
        var hub = HubSession()
        _ = hub.handle(.connected(.at(0)))
        _ = hub.receive(.hello(.sample()))
        _ = hub.handle(.opened(.sample(epoch: 2)))
        #expect(hub.receive(.confirm(SessionTag(7))).lines.hasSuffix("read network after 100, begun at 100"))
    }

    @Test(
        "chunks wait for the smaller window, and go on when some were taken",
        arguments: [(Limits.narrow, Limits.standard), (.standard, .narrow)]
    )
    func window(store: Limits, own: Limits) {
        var hub = HubSession.online(.sample(limits: store), limits: own)
        _ = hub.handle(.feedMoved(FeedScopes(.network), head: head(200)))
        for at in Int64(100)..<102 {
            let effects = hub.handle(.chunkRead(.sample(.sample(.network, at, at + 1), isLast: false)))
            #expect(effects.count == 2)
        }
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.network, 102, 103), isLast: false))).lines
                == "↓ chunk network 102-103"
        )
        #expect(hub.receive(.taken(bytes: 1)).lines == "read network after 103, begun at 100")
    }

    @Test("more taken than was sent, or nothing, ends the session", arguments: [301, 0, -1, Int.max, Int.min])
    func takenTooMuch(bytes: Int) {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.network), head: head(200)))
        _ = hub.handle(.chunkRead(.sample(.sample(.network, 100, 101), isLast: false)))
        #expect(hub.receive(.taken(bytes: bytes)).fault == .takenTooMuch(bytes: bytes, sentBytes: 300))
    }

    @Test("only the checkpoint under way can be committed, and no tombstone past it may go")
    func wrongCommit() {
        for (cursor, safe) in [(Cursor.at(104), head(0)), (.at(105, epoch: 2), head(0)), (.at(105), head(106))] {
            var hub = resting()
            _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(105)))
            _ = hub.handle(.chunkRead(.sample(.sample(.store, 100, 105))))
            _ = hub.handle(.checkpointRead(.checkpoint(.sample(105))))
            _ = hub.receive(.taken(bytes: 300))
            #expect(hub.receive(.committed(cursor: cursor, safe: safe)).fault == .wrongCommit(cursor))
        }
        var hub = resting()
        #expect(hub.receive(.committed(cursor: .at(100), safe: .start)).fault != nil)
    }

    @Test("a round is committed only when all of its chunks were taken")
    func committedBeforeTaken() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(105)))
        _ = hub.handle(.chunkRead(.sample(.sample(.store, 100, 105))))
        _ = hub.handle(.checkpointRead(.checkpoint(.sample(105))))
        _ = hub.receive(.taken(bytes: 299))
        #expect(hub.receive(.committed(cursor: .at(105), safe: .start)).fault == .wrongCommit(.at(105)))
    }

    @Test("a foreign commit costs a store nothing; after a while its cursor follows all the same")
    func lag() {
        var hub = HubSession.online(.sample(acknowledged: 0, sealed: 0), .sample(acknowledged: 0))
        #expect(hub.handle(.feedMoved([], head: head(300))).isEmpty)
        for second in Int64(1)...14 {
            let effects = hub.handle(.tick(.at(second * 1_000), head: head(300 + second)))
            #expect(!effects.lines.contains("read"))
            _ = hub.handle(.heard(.at(second * 1_000)))
        }
        #expect(
            hub.handle(.tick(.at(15_010), head: head(320))).lines.hasSuffix(
                "read a checkpoint after 100 100 100 100, begun at 100"
            )
        )
    }

    @Test("a store whose changeset moved nothing is told that it is included, after a while")
    func includedLater() {
        var hub = HubSession.online(.sample(sealed: 6))
        _ = hub.receive(.push(.sample(6)))
        _ = hub.handle(.committed(through: ChangesetNumber(6)))
        _ = hub.handle(.heard(.at(14_000)))
        let effects = hub.handle(.tick(.at(15_010), head: head(100)))
        #expect(effects.lines.hasSuffix("read a checkpoint after 100 100 100 100, begun at 100"))
    }

    @Test("whoever asks for the head gets a checkpoint at or above it, though no scope moved")
    func headAsked() {
        var hub = resting()
        #expect(hub.receive(.askHead(id: 9)).lines == "seal, and tell the head")
        #expect(
            hub.handle(.headSealed(head(140))).lines == """
                ↓ head 9: 140
                read a checkpoint after 100 100 100 100, begun at 100
                """
        )
        #expect(hub.handle(.checkpointRead(.checkpoint(.sample(141)))).lines == "↓ checkpoint 141 including 5")
        #expect(hub.receive(.askHead(id: 10)).lines == "seal, and tell the head")
        #expect(hub.handle(.headSealed(head(141))).lines == "↓ head 10: 141")
        #expect(hub.receive(.committed(cursor: .at(141), safe: .start)).lines == "note 141 committed")
    }

    @Test("a head that is asked for while a checkpoint is being committed is owed one of its own")
    func headAskedWhileCommitting() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(105)))
        _ = hub.handle(.chunkRead(.sample(.sample(.store, 100, 105))))
        _ = hub.handle(.checkpointRead(.checkpoint(.sample(105))))
        _ = hub.receive(.taken(bytes: 300))
        _ = hub.receive(.askHead(id: 1))
        #expect(hub.handle(.headSealed(head(106))).lines == "↓ head 1: 106")
        #expect(
            hub.receive(.committed(cursor: .at(105), safe: .start)).lines.hasSuffix(
                "read a checkpoint after 105 105 105 105, begun at 105"
            )
        )
    }

    @Test("one question for the head at a time")
    func twoQuestions() {
        var hub = resting()
        _ = hub.receive(.askHead(id: 1))
        #expect(hub.receive(.askHead(id: 2)).fault != nil)
    }

    @Test("what moves while a checkpoint is committed is taken together in the next round")
    func movesWhileCommitting() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(105)))
        _ = hub.handle(.chunkRead(.sample(.sample(.store, 100, 105))))
        _ = hub.handle(.checkpointRead(.checkpoint(.sample(105))))
        _ = hub.receive(.taken(bytes: 300))
        #expect(hub.handle(.feedMoved(FeedScopes(.answers), head: head(106))).isEmpty)
        #expect(hub.handle(.feedMoved(FeedScopes(.region), head: head(107))).isEmpty)
        #expect(
            hub.receive(.committed(cursor: .at(105), safe: .start)).lines == """
                note 105 committed
                read region after 105, begun at 105
                """
        )
    }

    @Test("a move that is told late, and lies before the checkpoint, begins no round")
    func lateMove() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(105)))
        _ = hub.handle(.chunkRead(.sample(.sample(.store, 100, 108))))
        _ = hub.handle(.feedMoved(FeedScopes(.region), head: head(107)))
        _ = hub.handle(.checkpointRead(.checkpoint(.sample(108))))
        _ = hub.receive(.taken(bytes: 300))
        _ = hub.handle(.feedMoved(FeedScopes(.network), head: head(108)))
        #expect(hub.receive(.committed(cursor: .at(108), safe: .start)).lines == "note 108 committed")
    }

    @Test("a move in the middle of a read is read for again before the checkpoint")
    func moveDuringRead() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(105)))
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(106)))
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.store, 100, 105)))).lines == """
                ↓ chunk store 100-105
                read store after 105, begun at 100
                """
        )
    }

    @Test("what was read and left out is spanned by the next chunk, so that the store sees no gap")
    func spanned() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(120)))
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.store, 100, 110, rows: 0), isLast: false))).lines
                == "read store after 110, begun at 100"
        )
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.store, 110, 120)))).lines.hasPrefix("↓ chunk store 100-120")
        )
    }

    @Test("the scopes go on side by side: the one that is furthest back is read next")
    func sideBySide() {
        var hub = HubSession.online(.sample(), .sample(head: 200))
        for (scope, upTo) in [(FeedScope.network, 150), (.region, 120), (.store, 160), (.answers, 130)]
            as [(
                FeedScope, Int64
            )]
        {
            _ = hub.handle(.chunkRead(.sample(.sample(scope, 100, upTo), isLast: false)))
        }
        let effects = hub.handle(.chunkRead(.sample(.sample(.region, 120, 140), isLast: false)))
        #expect(effects.last?.line == "read answers after 130, begun at 100")
    }

    @Test("a round that reads far past the head at which it began gets the rest from one snapshot")
    func farPastTheHead() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.network), head: head(101)))
        var effects: [HubSession.Effect] = []
        for at in Int64(101)...Int64(101 + Limits.chunksPastHeadMax) {
            effects = hub.handle(.chunkRead(.sample(.sample(.network, at - 1, at), isLast: false)))
        }
        let end = 101 + Limits.chunksPastHeadMax
        #expect(effects.last?.line == "read the rest after \(end) 100 100 100, begun at 100")
    }

    @Test("a chunk written under a newer schema is read again once the store has it")
    func newerChunk() {
        var hub = resting()
        _ = hub.handle(.feedMoved(FeedScopes(.store), head: head(105)))
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.store, 100, 105), schemaVersion: 2))).lines == "read the schema"
        )
        #expect(
            hub.handle(.schemaRead(version: 2, document: [1])).lines == """
                ↓ schema 2
                read store after 100, begun at 100
                """
        )
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.store, 100, 105), schemaVersion: 2))).lines.hasPrefix(
                "↓ chunk store 100-105"
            )
        )
        #expect(
            hub.handle(.checkpointRead(.checkpoint(.sample(105, schemaVersion: 3)))).lines == "read the schema after 2"
        )
        #expect(
            hub.handle(.schemaRead(version: 3, document: [1])).lines == """
                ↓ schema 3
                read a checkpoint after 100 100 105 100, begun at 100
                """
        )
    }

    @Test("a store with an old schema gets the new one before anything else, and so does one that is online")
    func schemaFirst() {
        var hub = HubSession()
        _ = hub.handle(.connected(.at(0)))
        _ = hub.receive(.hello(.sample()))
        _ = hub.handle(.opened(.sample(head: 110, schemaVersion: 2)))
        #expect(hub.receive(.confirm(SessionTag(7))).lines.hasSuffix("read the schema"))
        var idle = resting()
        #expect(idle.handle(.schemaMoved(version: 4)).lines == "read the schema")
        #expect(idle.handle(.schemaRead(version: 4, document: [])).lines == "↓ schema 4")
    }

    @Test("a store that missed several versions gets each in turn, and nothing else before the last")
    func schemaInTurn() {
        var hub = HubSession()
        _ = hub.handle(.connected(.at(0)))
        _ = hub.receive(.hello(.sample()))
        _ = hub.handle(.opened(.sample(head: 110, schemaVersion: 3)))
        #expect(hub.receive(.confirm(SessionTag(7))).lines.hasSuffix("read the schema"))
        #expect(
            hub.handle(.schemaRead(version: 2, document: [2])).lines == """
                ↓ schema 2
                read the schema after 2
                """
        )
        #expect(hub.handle(.schemaRead(version: 3, document: [3])).lines.hasPrefix("↓ schema 3\nread network after"))
    }

    @Test("a spool goes out under the schema that it was written under, or is read anew")
    func spoolAndSchema() {
        var hub = HubSession.online(.sample(), .sample(head: 101))
        for scope in FeedScope.allCases {
            _ = hub.handle(.chunkRead(.sample(.sample(scope, 100, 101, rows: 0))))
        }
        for tries in 1...Limits.checkpointTriesMax {
            _ = hub.handle(.checkpointRead(.moved([])))
            guard tries < Limits.checkpointTriesMax else { break }
            for scope in FeedScope.allCases {
                _ = hub.handle(.chunkRead(.sample(.sample(scope, 101, 101, rows: 0))))
            }
        }
        _ = hub.handle(.restRead(.chunk(.sample(.network, 101, 105), schemaVersion: 1)))
        var moved = hub
        #expect(moved.handle(.schemaMoved(version: 2)).isEmpty)
        #expect(
            moved.handle(.restRead(.checkpoint(.sample(106)))).lines == """
                ↓ checkpoint 106 including 5
                read the schema
                """
        )
        #expect(
            hub.handle(.restRead(.chunk(.sample(.region, 101, 106), schemaVersion: 2))).lines == "read the schema"
        )
        #expect(
            hub.handle(.schemaRead(version: 2, document: [])).lines.hasSuffix(
                "read the rest after 105 101 101 101, begun at 100"
            )
        )
    }

    @Test("a chunk or schema that the store's frames cannot hold ends the session with the cure")
    func doesNotFit() {
        var hub = HubSession.online(.sample(limits: .narrow), .sample(head: 110))
        var other = HubSession.online(.sample(limits: .narrow), .sample(schemaVersion: 2))
        let large = Limits.frameBytesLeast
        let effects = hub.handle(.chunkRead(.sample(.sample(.network, 100, 101, bytes: large))))
        let error = SessionError.doesNotFit(bytes: large + Limits.envelopeBytes, frameBytesMax: large)
        #expect(effects.last == .hangUp(error))
        let document = [UInt8](repeating: 0, count: large)
        #expect(other.handle(.schemaRead(version: 2, document: document)).last == .hangUp(error))
    }

    @Test("after a complete round the next one is not complete")
    func complete() {
        var hub = HubSession.online(.sample(cursor: .start), .sample(head: 101))
        for scope in FeedScope.allCases {
            _ = hub.handle(.chunkRead(.sample(.sample(scope, 0, 101, rows: 0))))
        }
        #expect(
            hub.handle(.checkpointRead(.checkpoint(.sample(101, isComplete: true)))).lines
                == "↓ checkpoint 101 including 5, complete"
        )
        _ = hub.receive(.committed(cursor: .at(101), safe: .start))
        #expect(
            hub.handle(.feedMoved(FeedScopes(.store), head: head(102))).lines
                == "read store after 101, begun at 101"
        )
        #expect(finish(&hub, scope: .store, from: 101, at: 102) == "↓ checkpoint 102 including 5")
    }

    private func finish(_ hub: inout HubSession, scope: FeedScope, from: Int64, at position: Int64) -> String {
        _ = hub.handle(.chunkRead(.sample(.sample(scope, from, position))))
        return hub.handle(.checkpointRead(.checkpoint(.sample(position)))).lines
    }
}
