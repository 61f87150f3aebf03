import ChangeLog
import SyncSession
import Testing

/// Rule 19: before a resync a store gives back what the hub has lost, before its outbox and again after it.
@Suite("Offers to a hub that lost what it sent")
struct OffersTests {
    private let hello = Hello.sample(sealed: 6, offers: true)
    private let welcome = Welcome.sample(epoch: 2, way: .resync, head: 90, offersAfter: 80)

    @Test("come chunk by chunk, then the outbox, then the chunks again; only then the resync begins")
    func store() {
        var session = StoreSession(hello: hello)
        _ = session.handle(.connected(.at(0)))
        // The cursor stays until the offers are over: a session that ends before that begins them anew.
        #expect(!session.receive(.welcome(welcome)).lines.contains("begin a resync"))
        #expect(
            session.handle(.tagStored).lines == """
                ↑ confirm 7
                online, resync, rights frozen
                load what was kept after 0, above 80
                """
        )
        #expect(session.handle(.kept(.sample(4))).lines == "↑ offer 44 bytes, beforeOutbox")
        #expect(session.receive(.adopted(rows: 1)).lines == "load what was kept after 4, above 80")
        #expect(session.handle(.kept(nil)).lines == "↑ offer no more, beforeOutbox")
        #expect(session.receive(.adopted(rows: 0)).lines.hasPrefix("load 6.0"))
        #expect(session.handle(.loaded([.sample(6)])).lines.contains("↑ push 6.0"))
        #expect(
            session.receive(.acknowledge(ChangesetNumber(6))).lines == """
                note 6 acknowledged
                load what was kept after 0, above 80
                """
        )
        #expect(session.handle(.kept(.sample(4))).lines == "↑ offer 44 bytes, afterOutbox")
        #expect(session.receive(.adopted(rows: 0)).lines == "load what was kept after 4, above 80")
        #expect(session.handle(.kept(nil)).lines == "↑ offer no more, afterOutbox")
        #expect(session.receive(.adopted(rows: 0)).lines == "begin a resync")
        #expect(session.receive(.chunk(.sample(.network, 0, 95))).lines == "stage network 0-95")
    }

    @Test("leave out a chunk that the hub's frames have become too small for")
    func tooLarge() {
        var session = StoreSession.online(hello, welcome)
        let large = KeptChunk.sample(4, bytes: Limits.standard.frameBytesMax)
        #expect(session.handle(.kept(large)).lines == "load what was kept after 4, above 80")
    }

    @Test("hold the hub's feed until the second pass is over, with an empty outbox too")
    func hub() {
        var session = HubSession.online(.sample(offers: true), welcome)
        #expect(session.description == "online")
        #expect(session.handle(.feedMoved(.all, head: Position(95))).isEmpty)
        for pass in Offer.Pass.allCases {
            #expect(session.receive(.offer(.sample(pass))).lines == "adopt 44 bytes, \(pass)")
            #expect(session.handle(.adopted(rows: 2, schemaVersion: 1)).lines == "↓ adopted 2")
            #expect(session.receive(.offer(.last(pass))).lines == "adopt no more, \(pass)")
            let effects = session.handle(.adopted(rows: 0, schemaVersion: 1)).lines
            #expect(effects.hasPrefix("↓ adopted 0"))
            #expect(effects.contains("read network after 0, complete") == (pass == .afterOutbox))
        }
        #expect(session.receive(.offer(.sample(.afterOutbox))).fault != nil)
    }

    @Test("bring the schema versions that the hub lost; without them nothing that was written under them is pushed")
    func schema() {
        var store = StoreSession(hello: .sample(sealed: 6, schemaVersion: 3, offers: true))
        _ = store.handle(.connected(.at(0)))
        #expect(store.receive(.welcome(welcome)).lines.hasSuffix("store tag 7"))
        var refusing = StoreSession(hello: .sample(sealed: 6, schemaVersion: 3))
        _ = refusing.handle(.connected(.at(0)))
        #expect(
            refusing.receive(.welcome(.sample(epoch: 2, way: .resync, head: 90))).last
                == .hangUp(.schemaIsBehind(hub: 1, store: 3))
        )
        for version in [1, 2, 3] {
            var hub = HubSession.online(.sample(schemaVersion: 3, offers: true), welcome)
            _ = hub.receive(.offer(.sample(.beforeOutbox)))
            #expect(hub.handle(.adopted(rows: 0, schemaVersion: version)).lines == "↓ adopted 0")
            _ = hub.receive(.offer(.last(.beforeOutbox)))
            let last = hub.handle(.adopted(rows: 0, schemaVersion: version)).last
            #expect((last == .hangUp(.schemaIsBehind(hub: version, store: 3))) == (version < 3))
        }
    }

    @Test("are not asked of a store that has none, nor taken when they were not asked for")
    func unasked() {
        // A program of before cannot offer: its resync begins at once.
        var older = HubSession()
        _ = older.handle(.connected(.at(0)))
        _ = older.receive(.hello(.sample()))
        guard case .send(.welcome(let said))? = older.handle(.opened(welcome)).first else {
            Issue.record("no welcome")
            return
        }
        #expect(said.offersAfter == nil && said.way == .resync)
        var session = HubSession.online()
        #expect(session.receive(.offer(.sample(.beforeOutbox))).fault != nil)
        var store = StoreSession.online()
        #expect(store.receive(.adopted(rows: 1)).fault != nil)
        var liar = StoreSession(hello: hello)
        _ = liar.handle(.connected(.at(0)))
        #expect(liar.receive(.welcome(.sample(way: .resume, offersAfter: 3))).fault != nil)
    }

    @Test("come in their order, one at a time, and no larger than a frame; nothing overtakes them")
    func order() {
        func online() -> HubSession { .online(hello, welcome) }
        var early = online()
        #expect(early.receive(.offer(.sample(.afterOutbox))).fault != nil)
        var two = online()
        _ = two.receive(.offer(.sample(.beforeOutbox)))
        #expect(two.receive(.offer(.sample(.beforeOutbox))).fault != nil)
        var large = online()
        #expect(large.receive(.offer(.sample(.beforeOutbox, bytes: Limits.standard.frameBytesMax))).fault != nil)
        // The second pass waits for the outbox.
        var held = online()
        _ = held.receive(.offer(.last(.beforeOutbox)))
        _ = held.handle(.adopted(rows: 0, schemaVersion: 1))
        #expect(held.receive(.offer(.last(.afterOutbox))).fault != nil)
        var eager = StoreSession.online(hello, welcome)
        #expect(eager.receive(.chunk(.sample(.network, 0, 95))).fault != nil)
    }

    @Test("a ping tells what is sealed and waits, and the hub notes it")
    func sealedNumber() {
        var store = StoreSession.online()
        _ = store.handle(.sealed(upTo: ChangesetNumber(9)))
        guard case .send(.ping(let ping))? = store.handle(.tick(.at(6_000))).last else {
            Issue.record("no ping")
            return
        }
        #expect(ping.sealed == ChangesetNumber(9))
        var hub = HubSession.online()
        #expect(hub.receive(.ping(ping)).lines.contains("note 9 sealed"))
        #expect(
            !hub.receive(.ping(Ping(id: 7, wallMilliseconds: 0, sealed: ChangesetNumber(5)))).lines.contains("note")
        )
    }
}
