import ChangeLog
import SyncSession
import Testing

@Suite("A store's feed")
struct StoreFeedTests {
    @Test(
        "a chunk that does not go on where its scope stands ends the session",
        arguments: [
            Chunk.sample(.region, 101, 105), .sample(.region, 99, 105), .sample(.region, 100, 100),
            .sample(.region, 100, 90), .sample(.region, 100, 105, rows: 0), .sample(.region, 100, 105, rows: -1),
            .sample(.region, .max, .max),
        ]
    )
    func outOfOrder(chunk: Chunk) {
        var store = StoreSession.online()
        guard case .chunkOutOfOrder(.region, Position(100), _, _) = store.receive(.chunk(chunk)).fault else {
            Issue.record("the chunk was taken")
            return
        }
    }

    @Test("each scope goes on from where it is staged")
    func staged() {
        let staged = [StagedScope(scope: .store, upTo: Position(140))]
        var store = StoreSession.online(.sample(staged: staged, stagedEpoch: Epoch(1)), .sample(head: 150))
        #expect(store.receive(.chunk(.sample(.store, 140, 150))).lines == "stage store 140-150")
        #expect(store.receive(.chunk(.sample(.network, 100, 130))).lines == "stage network 100-130")
    }

    @Test("what is staged counts for nothing when the round starts again")
    func restarted() {
        let staged = [StagedScope(scope: .store, upTo: Position(140))]
        var store = StoreSession(hello: .sample(staged: staged, stagedEpoch: Epoch(9)))
        _ = store.handle(.connected(.at(0)))
        #expect(store.receive(.welcome(.sample(way: .restart))).lines.contains("drop what is staged"))
        _ = store.handle(.tagStored)
        #expect(store.receive(.chunk(.sample(.store, 100, 150))).lines == "stage store 100-150")
    }

    @Test("chunks past the window end the session; what was staged makes room")
    func window() {
        var store = StoreSession.online(.sample(limits: .narrow), .sample())
        for at in Int64(100)..<103 { #expect(store.receive(.chunk(.sample(.network, at, at + 1))).fault == nil) }
        _ = store.handle(.staged(bytes: 300))
        #expect(store.receive(.chunk(.sample(.network, 103, 104))).fault == nil)
        #expect(
            store.receive(.chunk(.sample(.network, 104, 105))).fault
                == .windowExceeded(bytes: 900, windowBytes: 900)
        )
    }

    @Test("a chunk larger than a frame ends the session")
    func tooLarge() {
        var store = StoreSession.online(.sample(limits: .narrow), .sample())
        let effects = store.receive(.chunk(.sample(.network, 100, 101, bytes: Limits.frameBytesLeast)))
        #expect(
            effects.fault
                == .frameTooLarge(
                    bytes: Limits.frameBytesLeast + Limits.envelopeBytes,
                    frameBytesMax: Limits.frameBytesLeast
                )
        )
    }

    @Test(
        "a checkpoint that does not follow from the round ends the session",
        arguments: [
            Checkpoint.sample(104, included: 6), .sample(110, epoch: 2, included: 6), .sample(110, included: 8),
            .sample(110, included: 5), .sample(110, included: 6, schemaVersion: 2),
            .sample(110, included: 6, isComplete: true),
        ]
    )
    func doesNotFollow(checkpoint: Checkpoint) {
        var store = StoreSession.online(.sample(sealed: 8), .sample())
        _ = store.handle(.loaded([.sample(6), .sample(7), .sample(8, 0, of: 2)]))
        _ = store.receive(.checkpoint(.sample(100, included: 6)))
        _ = store.handle(.applied(cursor: .at(100), safe: .start))
        _ = store.receive(.chunk(.sample(.network, 100, 105)))
        guard case .checkpoint = store.receive(.checkpoint(checkpoint)).fault else {
            Issue.record("the checkpoint was taken")
            return
        }
    }

    @Test("a complete round ends with a complete checkpoint, and the next is not complete")
    func complete() {
        var store = StoreSession.online(.sample(cursor: .start), .sample())
        var other = store
        #expect(other.receive(.checkpoint(.sample(90))).fault != nil)
        #expect(store.receive(.chunk(.sample(.network, 0, 90))).lines == "stage network 0-90")
        #expect(store.receive(.checkpoint(.sample(90, isComplete: true))).lines == "apply 90 including 5, complete")
        _ = store.handle(.staged(bytes: 300))
        _ = store.handle(.applied(cursor: .at(90), safe: .start))
        #expect(store.receive(.checkpoint(.sample(91))).lines == "apply 91 including 5")
    }

    @Test("nothing of the feed comes while a checkpoint is being committed")
    func applying() {
        for message in [HubMessage.chunk(.sample(.network, 110, 111)), .checkpoint(.sample(111))] {
            var store = StoreSession.online()
            _ = store.receive(.checkpoint(.sample(110)))
            #expect(
                store.receive(message).fault
                    == .outOfTurn(message: message.kind, state: "committing a checkpoint")
            )
        }
    }

    @Test("in a new epoch nothing of the feed comes before the outbox, as it was at the handshake, is acknowledged")
    func held() {
        for message in [HubMessage.chunk(.sample(.network, 100, 111)), .checkpoint(.sample(111, epoch: 2))] {
            var store = StoreSession.online(.sample(sealed: 7), .sample(epoch: 2))
            _ = store.handle(.sealed(upTo: ChangesetNumber(8)))
            _ = store.handle(.loaded([.sample(6), .sample(7), .sample(8)]))
            var early = store
            _ = early.receive(.acknowledge(ChangesetNumber(6)))
            #expect(early.receive(message).fault != nil)
            _ = store.receive(.acknowledge(ChangesetNumber(7)))
            #expect(store.receive(message).fault == nil)
        }
    }

    @Test("a schema is adopted before the chunks that are written under it, and never an older one")
    func schema() {
        var store = StoreSession.online()
        #expect(store.receive(.schema(version: 3, document: [1])).lines == "adopt schema 3")
        #expect(store.receive(.checkpoint(.sample(110, schemaVersion: 3))).lines == "apply 110 including 5")
        #expect(store.receive(.schema(version: 3, document: [1])).fault == .schemaVersion(got: 3, known: 3))
    }

    @Test("who asks for the head while a question is under way waits for the next answer")
    func headQuestions() {
        var store = StoreSession(hello: .sample())
        _ = store.handle(.connected(.at(0)))
        _ = store.handle(.askHead(id: 50))
        _ = store.handle(.askHead(id: 51))
        _ = store.receive(.welcome(.sample()))
        #expect(store.handle(.tagStored).last?.line == "↑ ask head 1")
        #expect(store.handle(.askHead(id: 52)).isEmpty)
        var other = store
        #expect(other.receive(.head(id: 2, Position(105))).fault == .unasked("a head"))
        #expect(
            store.receive(.head(id: 1, Position(105))).lines == """
                tell 50: head 105
                tell 51: head 105
                ↑ ask head 2
                """
        )
        #expect(store.receive(.head(id: 2, Position(106))).lines == "tell 52: head 106")
        #expect(store.receive(.head(id: 2, Position(106))).fault == .unasked("a head"))
    }
}
