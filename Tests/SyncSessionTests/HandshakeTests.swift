import ChangeLog
import SyncSession
import Testing

@Suite("The handshake")
struct HandshakeTests {
    private func greeting(_ hello: Hello = .sample()) -> StoreSession {
        var store = StoreSession(hello: hello)
        _ = store.handle(.connected(.at(0)))
        return store
    }

    private func listening() -> HubSession {
        var hub = HubSession()
        _ = hub.handle(.connected(.at(0)))
        return hub
    }

    private func opening(_ hello: Hello) -> HubSession {
        var hub = listening()
        _ = hub.receive(.hello(hello))
        return hub
    }

    /// The way that the hub told the store.
    private func way(_ effects: [HubSession.Effect]) -> Welcome.Way? {
        guard case .send(.welcome(let welcome)) = effects.first else { return nil }
        return welcome.way
    }

    @Test("the highest version that both ends speak is taken; without one the store is told so in plain words")
    func versions() {
        for (theirs, expected) in [(1...1, 1), (2...9, 3), (3...3, 3), (4...5, nil), (0...0, nil)]
            as [(
                ClosedRange<Int>, Int?
            )]
        {
            var hub = HubSession(versions: 1...3)
            _ = hub.handle(.connected(.at(0)))
            var hello = Hello.sample()
            hello.versions = theirs
            let effects = hub.receive(.hello(hello))
            guard let expected else {
                guard case .send(.bye(let bye)) = effects.first else {
                    Issue.record("no farewell for \(theirs)")
                    continue
                }
                #expect(bye.code == .version)
                #expect(bye.reason.contains("update the older program"))
                continue
            }
            guard case .send(.welcome(let welcome)) = hub.handle(.opened(.sample(version: 77))).first else {
                Issue.record("no welcome for \(theirs)")
                continue
            }
            #expect(welcome.version == expected)
        }
        var store = greeting()
        let effects = store.receive(.welcome(.sample(version: 2)))
        #expect(effects.last == .hangUp(.noCommonVersion(ours: 1...1, theirs: 2...2)))
    }

    @Test(
        "limits that leave no room to work in are refused at both ends",
        arguments: [
            Limits(frameBytesMax: Limits.frameBytesLeast - 1, pushWindowBytes: 1, feedWindowBytes: 1),
            Limits(frameBytesMax: Limits.frameBytesLeast, pushWindowBytes: 0, feedWindowBytes: 1),
            Limits(frameBytesMax: Limits.frameBytesLeast, pushWindowBytes: 1, feedWindowBytes: .min),
        ]
    )
    func limits(limits: Limits) {
        var (hub, store) = (listening(), greeting())
        #expect(hub.receive(.hello(.sample(limits: limits))).fault == .limits(limits))
        #expect(store.receive(.welcome(.sample(limits: limits))).fault == .limits(limits))
    }

    @Test("a hello that contradicts itself is refused")
    func contradictions() {
        let here = StagedScope(scope: .store, upTo: Position(120))
        let before = StagedScope(scope: .store, upTo: Position(99))
        var unsafe = Hello.sample()
        unsafe.safe = Position(101)
        for hello in [
            Hello.sample(acknowledged: 6, sealed: 5), .sample(staged: [here, here]), .sample(staged: [before]), unsafe,
        ] {
            var hub = listening()
            guard case .contradiction = hub.receive(.hello(hello)).fault else {
                Issue.record("\(hello) was believed")
                continue
            }
        }
    }

    @Test("nothing has begun before the tag is confirmed: what comes earlier ends the session")
    func beforeConfirm() {
        let (hello, welcome) = (Hello.sample(sealed: 6), Welcome.sample())
        for message in [StoreMessage.push(.sample(6)), .askHead(id: 1), .ping(Ping(id: 1, wallMilliseconds: 0))] {
            var hub = opening(hello)
            _ = hub.handle(.opened(welcome))
            guard case .outOfTurn = hub.receive(message).fault else {
                Issue.record("\(message.kind) was taken")
                continue
            }
        }
        var hub = opening(hello)
        _ = hub.handle(.opened(welcome))
        #expect(hub.receive(.confirm(SessionTag(8))).fault == .wrongTag)
    }

    @Test("the store confirms only what it has stored, and takes nothing before")
    func beforeStored() {
        var store = greeting()
        #expect(!store.receive(.welcome(.sample())).contains(.send(.confirm(SessionTag(7)))))
        #expect(store.receive(.chunk(.sample(.network, 100, 101))).fault != nil)
    }

    @Test("a site that has less than the hub has of it was restored, and takes a new site")
    func behind() {
        var hub = opening(.sample(acknowledged: 3, sealed: 4))
        let error = SessionError.siteIsBehind(hub: ChangesetNumber(5), sealed: ChangesetNumber(4))
        #expect(hub.handle(.opened(.sample(acknowledged: 5))).last == .hangUp(error))
        var store = greeting(.sample(acknowledged: 3, sealed: 4))
        #expect(store.receive(.welcome(.sample(acknowledged: 5))).last == .hangUp(error))
        #expect(error.sequel == .takeNewSite)
        var held = greeting()
        guard case .hangUp(.siteIsBehind) = held.receive(.welcome(.sample(partsHeld: 1))).last else {
            Issue.record("parts of a changeset that was never sealed were believed")
            return
        }
    }

    @Test("a site of which the hub has another changeset is a copy, and stores neither that nor the tag")
    func differs() throws {
        let hash = try #require(ChangesetHash(repeatElement(7, count: 32)))
        for isOwn in [true, false] {
            var store = greeting(.sample(acknowledged: 3, sealed: 4))
            let asked = store.receive(.welcome(.sample(acknowledged: 4, acknowledgedHash: hash)))
            #expect(asked.last == .compare(ChangesetNumber(4), hash))
            #expect(!asked.contains(.acknowledged(ChangesetNumber(4))))
            let answer = store.handle(.compared(isOwn: isOwn))
            if isOwn {
                #expect(answer == [.acknowledged(ChangesetNumber(4)), .storeTag(SessionTag(7))])
            } else {
                #expect(answer.last == .hangUp(.siteDiffers(ChangesetNumber(4))) && answer.count == 2)
            }
        }
        #expect(SessionError.siteDiffers(ChangesetNumber(4)).sequel == .reconnect)
        // What hello told the hash of is the hub's to judge.
        var known = greeting(.sample(acknowledged: 3, sealed: 4))
        #expect(
            known.receive(.welcome(.sample(acknowledged: 3, acknowledgedHash: hash))).last == .storeTag(SessionTag(7))
        )
    }

    @Test("a hub with an older schema was restored, and is told by whom to catch up")
    func schemaBehind() {
        var store = greeting(.sample(schemaVersion: 3))
        let effects = store.receive(.welcome(.sample(schemaVersion: 2)))
        #expect(effects.last == .hangUp(.schemaIsBehind(hub: 2, store: 3)))
    }

    @Test("what was staged in another epoch, or past the head, is dropped; a cursor past the head means resync")
    func ways() {
        let staged = [StagedScope(scope: .region, upTo: Position(140))]
        var (same, other) = (
            opening(.sample(staged: staged, stagedEpoch: Epoch(1))),
            opening(.sample(staged: staged, stagedEpoch: Epoch(2)))
        )
        #expect(way(same.handle(.opened(.sample(head: 150)))) == .resume)
        #expect(way(other.handle(.opened(.sample(head: 150)))) == .restart)
        var past = opening(.sample(staged: staged, stagedEpoch: Epoch(1)))
        #expect(way(past.handle(.opened(.sample(head: 139)))) == .restart)
        var ahead = opening(.sample())
        #expect(way(ahead.handle(.opened(.sample(head: 99)))) == .resync)
        var unknown = opening(.sample(staged: staged, stagedEpoch: Epoch(2)))
        #expect(way(unknown.handle(.opened(.sample(way: .resync, head: 150)))) == .resync)
    }

    @Test("what moves while the hub finds out who this is, or waits for the confirm, is not lost")
    func earlyMoves() {
        var hub = opening(.sample())
        _ = hub.handle(.feedMoved(FeedScopes(.region), head: Position(101)))
        _ = hub.handle(.schemaMoved(version: 2))
        _ = hub.handle(.opened(.sample(head: 100)))
        #expect(hub.receive(.confirm(SessionTag(7))).lines.hasSuffix("read the schema"))
        #expect(
            hub.handle(.schemaRead(version: 2, document: [])).lines.hasSuffix(
                "read region after 100, begun at 100"
            )
        )
        var later = opening(.sample())
        _ = later.handle(.opened(.sample(head: 100)))
        _ = later.handle(.feedMoved(FeedScopes(.answers), head: Position(101)))
        #expect(later.receive(.confirm(SessionTag(7))).lines.hasSuffix("read answers after 100, begun at 100"))
    }

    @Test("a store that is not admitted is told why, and knows what to do")
    func refused() {
        for code in Bye.Code.allCases {
            let bye = Bye(code, "because")
            var hub = opening(.sample())
            #expect(hub.handle(.refused(bye)) == [.send(.bye(bye)), .hangUp(.refused(bye))])
            var store = greeting()
            #expect(store.receive(.bye(bye)) == [.hangUp(.peerEnded(bye))])
            #expect((SessionError.peerEnded(bye).sequel == .takeNewSite) == (code == .forked))
        }
    }

    @Test("a session that another takes the place of says so, in every state, and does nothing more")
    func superseded() {
        let hello = StoreMessage.hello(.sample())
        let script: [HubSession.Event] = [
            .connected(.at(0)), .received(hello, .at(1)), .opened(.sample(head: 110)),
            .received(.confirm(SessionTag(7)), .at(2)),
        ]
        for steps in 0...script.count {
            var hub = HubSession()
            for event in script.prefix(steps) { _ = hub.handle(event) }
            #expect(hub.handle(.end(.superseded)) == [.send(.bye(.superseded)), .hangUp(.ended(.superseded))])
            #expect(hub.handle(.chunkRead(.sample(.sample(.network, 100, 110)))).isEmpty)
            #expect(hub.handle(.committed(through: ChangesetNumber(9))).isEmpty)
            #expect(hub.receive(hello).isEmpty)
        }
    }

    @Test("a stranger holds a connection no longer than the handshake may take")
    func patience() {
        let limit = Limits.handshakeMilliseconds
        var silent = listening()
        #expect(silent.handle(.tick(.at(limit - 1), head: .start)).isEmpty)
        let effects = silent.handle(.tick(.at(limit), head: .start))
        #expect(effects.last == .hangUp(.handshakeTimedOut(milliseconds: limit)))
        // A slow line is no breach: the store comes back soon.
        guard case .send(.bye(let bye))? = effects.first else {
            Issue.record("no word of it: \(effects)")
            return
        }
        #expect(SessionError.peerEnded(bye).sequel == .reconnect)
        // The hub's own work does not count, however many others it has to greet.
        var hub = listening()
        _ = hub.receive(.hello(.sample()), at: 0)
        #expect(hub.handle(.tick(.at(60_000), head: .start)).isEmpty)
        _ = hub.handle(.opened(.sample()))
        #expect(hub.handle(.tick(.at(60_000 + limit - 1), head: .start)).isEmpty)
        #expect(!hub.handle(.tick(.at(60_000 + limit), head: .start)).isEmpty)
        var store = greeting()
        #expect(store.handle(.tick(.at(Limits.welcomeMilliseconds - 1))).isEmpty)
        #expect(
            store.handle(.tick(.at(Limits.welcomeMilliseconds))).last
                == .hangUp(.handshakeTimedOut(milliseconds: Limits.welcomeMilliseconds))
        )
    }

    @Test("a lost acknowledgement is made good by the welcome")
    func lostAcknowledgement() {
        var store = greeting(.sample(acknowledged: 3, sealed: 6))
        #expect(store.receive(.welcome(.sample(acknowledged: 6))).lines.contains("note 6 acknowledged"))
        #expect(store.handle(.tagStored).lines == "↑ confirm 7\nonline, resume")
    }
}
