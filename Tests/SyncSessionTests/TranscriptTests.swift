import ChangeLog
import SyncSession
import Testing

/// What is said and done in the main flows, from beginning to end. A change of the protocol shows here first.
@Suite("Transcripts")
struct TranscriptTests {
    @Test("a store comes back with two changesets to push, takes a round, and waits for the head")
    func storeComesBack() {
        var store = StoreSession(hello: .sample(sealed: 7))
        #expect(store.handle(.connected(.at(0))).lines == "↑ hello at 100, sealed 7")
        #expect(
            store.receive(.welcome(.sample(wallMilliseconds: 1_002_020)), at: 40).lines == """
                hub's clock 2000 ms ahead, round trip 40 ms
                store tag 7
                """
        )
        // The hub treats nothing as begun before the confirm, and the store confirms nothing that it may forget.
        #expect(
            store.handle(.tagStored).lines == """
                ↑ confirm 7
                online, resume
                load 6.0, 1048576 bytes
                """
        )
        #expect(
            store.handle(.loaded([.sample(6), .sample(7, 0, of: 2), .sample(7, 1, of: 2)])).lines == """
                ↑ push 6.0 with header
                ↑ push 7.0 with header
                ↑ push 7.1
                """
        )
        // Push and feed do not wait for each other.
        #expect(store.receive(.chunk(.sample(.network, 100, 105))).lines == "stage network 100-105")
        #expect(store.receive(.acknowledge(ChangesetNumber(7))).lines == "note 7 acknowledged")
        #expect(store.receive(.chunk(.sample(.store, 100, 109))).lines == "stage store 100-109")
        #expect(store.handle(.staged(bytes: 600)).lines == "↑ taken 600")
        #expect(store.receive(.checkpoint(.sample(112, included: 7))).lines == "apply 112 including 7")
        #expect(store.handle(.askHead(id: 31)).lines == "↑ ask head 1")
        #expect(store.handle(.applied(cursor: .at(112), safe: Position(112))).lines == "↑ committed 112")
        #expect(store.receive(.head(id: 1, Position(112))).lines == "tell 31: head 112")
        #expect(
            store.handle(.end(.shutdown)).lines == """
                ↑ bye SHUTDOWN
                hang up: the session was ended here (SHUTDOWN): this node is stopping; connect again in a while
                """
        )
    }

    @Test("the hub reads a round for a store that comes back, and rests until something moves")
    func hubReadsARound() {
        var hub = HubSession()
        #expect(hub.handle(.connected(.at(0))).isEmpty)
        #expect(hub.receive(.hello(.sample(sealed: 6))).lines == "open")
        #expect(hub.handle(.opened(.sample(head: 109))).lines == "↓ welcome, resume, acknowledged 5")
        #expect(
            hub.receive(.confirm(SessionTag(7))).lines == """
                confirm tag 7
                read network after 100, begun at 100
                """
        )
        #expect(hub.receive(.push(.sample(6))).lines == "submit 6.0 with header, the last")
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.network, 100, 104), isLast: false))).lines == """
                ↓ chunk network 100-104
                read region after 100, begun at 100
                """
        )
        #expect(hub.handle(.committed(through: ChangesetNumber(6))).lines == "↓ acknowledge 6")
        // The scopes go on side by side. In the third only the store's own write is new, and need not go back.
        for (scope, next) in [(FeedScope.region, "store after 100"), (.store, "answers after 100")] {
            #expect(
                hub.handle(.chunkRead(.sample(.sample(scope, 100, 110, rows: 0)))).lines
                    == "read \(next), begun at 100"
            )
        }
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.answers, 100, 110, rows: 0)))).lines
                == "read network after 104, begun at 100"
        )
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.network, 104, 110, rows: 0)))).lines
                == "read a checkpoint after 110 110 110 110, begun at 100"
        )
        // A scope moved between its last chunk and the checkpoint: the round reads on.
        #expect(
            hub.handle(.checkpointRead(.moved(FeedScopes(.region)))).lines
                == "read region after 110, begun at 100"
        )
        #expect(
            hub.handle(.chunkRead(.sample(.sample(.region, 110, 112)))).lines == """
                ↓ chunk region 100-112
                read a checkpoint after 110 112 110 110, begun at 100
                """
        )
        #expect(
            hub.handle(.checkpointRead(.checkpoint(.sample(113, included: 6)))).lines
                == "↓ checkpoint 113 including 6"
        )
        #expect(hub.receive(.taken(bytes: 600)).isEmpty)
        #expect(hub.receive(.committed(cursor: .at(113), safe: Position(100))).lines == "note 113 committed")
        #expect(
            hub.handle(.feedMoved(FeedScopes(.store), head: Position(120))).lines
                == "read store after 113, begun at 113"
        )
    }

    @Test("a fenced site's rights are frozen, and its outbox is answered before the feed goes on")
    func fenced() {
        let hello = Hello.sample(sealed: 6)
        var welcome = Welcome.sample(head: 101)
        welcome.isFenced = true
        var store = StoreSession(hello: hello)
        _ = store.handle(.connected(.at(0)))
        _ = store.receive(.welcome(welcome), at: 0)
        #expect(
            store.handle(.tagStored).lines == """
                ↑ confirm 7
                online, resume, rights frozen
                load 6.0, 1048576 bytes
                """
        )
        var hub = HubSession()
        _ = hub.handle(.connected(.at(0)))
        _ = hub.receive(.hello(hello))
        _ = hub.handle(.opened(welcome))
        #expect(hub.receive(.confirm(SessionTag(7))).lines == "confirm tag 7")
        _ = hub.receive(.push(.sample(6)))
        let answer = hub.handle(.committed(through: ChangesetNumber(6))).lines
        #expect(answer.hasPrefix("↓ acknowledge 6\nread network after 100"), "\(answer)")
    }

    @Test("a resync waits for the outbox, as it was at the handshake, and then sends everything")
    func resync() {
        let (hello, welcome) = (Hello.sample(cursor: .at(100, epoch: 9), sealed: 7), Welcome.sample(way: .resync))
        var store = StoreSession(hello: hello)
        _ = store.handle(.connected(.at(0)))
        #expect(
            store.receive(.welcome(welcome), at: 0).lines == """
                hub's clock 0 ms ahead, round trip 0 ms
                begin a resync
                store tag 7
                """
        )
        #expect(
            store.handle(.tagStored).lines == """
                ↑ confirm 7
                online, resync, rights frozen
                load 6.0, 1048576 bytes
                """
        )

        var hub = HubSession()
        _ = hub.handle(.connected(.at(0)))
        _ = hub.receive(.hello(hello))
        _ = hub.handle(.opened(welcome))
        #expect(hub.receive(.confirm(SessionTag(7))).lines == "confirm tag 7")
        _ = hub.receive(.push(.sample(6)))
        _ = hub.receive(.push(.sample(7)))
        #expect(hub.handle(.committed(through: ChangesetNumber(6))).lines == "↓ acknowledge 6")
        #expect(
            hub.handle(.committed(through: ChangesetNumber(7))).lines == """
                ↓ acknowledge 7
                read network after 0, complete
                """
        )
    }

    @Test("a changeset cut in the middle goes on where the hub's account ends")
    func resumedChangeset() {
        let (hello, welcome) = (Hello.sample(sealed: 6), Welcome.sample(partsHeld: 2))
        var store = StoreSession(hello: hello)
        _ = store.handle(.connected(.at(0)))
        _ = store.receive(.welcome(welcome))
        #expect(store.handle(.tagStored).last?.line == "load 6.2, 1048576 bytes")
        #expect(
            store.handle(.loaded([.sample(6, 2, of: 4), .sample(6, 3, of: 4)])).lines == """
                ↑ push 6.2 with header
                ↑ push 6.3
                """
        )

        var hub = HubSession.online(hello, welcome)
        #expect(hub.receive(.push(.sample(6, 2, of: 4))).lines == "submit 6.2 with header")
        #expect(hub.receive(.push(.sample(6, 3, of: 4, header: false))).lines == "submit 6.3, the last")
    }

    @Test("when the head runs away, the rest is read from one snapshot and sent as the window allows")
    func runaway() {
        var hub = HubSession.online(.sample(limits: .narrow), .sample(head: 101), limits: .narrow)
        for scope in FeedScope.allCases {
            _ = hub.handle(.chunkRead(.sample(.sample(scope, 100, 101, rows: 0))))
        }
        var effects: [HubSession.Effect] = []
        for tries in 1...Limits.checkpointTriesMax {
            effects = hub.handle(.checkpointRead(.moved(FeedScopes(.network))))
            guard tries < Limits.checkpointTriesMax else { break }
            let at = Int64(100 + tries)
            _ = hub.handle(.chunkRead(.sample(.sample(.network, at, at + 1, rows: 0))))
        }
        #expect(effects.lines == "read the rest after 104 101 101 101, begun at 100")
        #expect(
            hub.handle(.restRead(.chunk(.sample(.network, 104, 110), schemaVersion: 1))).lines == """
                ↓ chunk network 100-110
                next of the rest
                """
        )
        _ = hub.handle(.restRead(.chunk(.sample(.network, 110, 111), schemaVersion: 1)))
        // The window is full, so the spool waits; what moves meanwhile is the next round's.
        #expect(
            hub.handle(.restRead(.chunk(.sample(.network, 111, 112), schemaVersion: 1))).lines
                == "↓ chunk network 111-112"
        )
        #expect(hub.handle(.feedMoved(FeedScopes(.store), head: Position(115))).isEmpty)
        #expect(hub.receive(.taken(bytes: 900)).lines == "next of the rest")
        #expect(
            hub.handle(.restRead(.checkpoint(.sample(112)))).lines == "↓ checkpoint 112 including 5"
        )
        #expect(
            hub.receive(.committed(cursor: .at(112), safe: .start)).lines == """
                note 112 committed
                read store after 112, begun at 112
                """
        )
    }
}
