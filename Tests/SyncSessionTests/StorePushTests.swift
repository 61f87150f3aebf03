import ChangeLog
import SyncSession
import Testing

@Suite("A store's push")
struct StorePushTests {
    /// Online, with changesets 6 to 20 in the outbox and a window of three sample parts.
    private func narrow() -> StoreSession { .online(.sample(sealed: 20, limits: .narrow), .sample()) }

    @Test("a load asks for what the window has room for, and none begins while one is under way")
    func oneLoad() {
        var store = StoreSession.online(.sample(sealed: 20, limits: .narrow), .sample())
        #expect(store.handle(.sealed(upTo: ChangesetNumber(21))).isEmpty)
        #expect(store.handle(.loaded([.sample(6), .sample(7)])).lines.hasSuffix("load 8.0, 300 bytes"))
        #expect(store.handle(.loaded([.sample(8)])).lines == "↑ push 8.0 with header")
    }

    @Test("a full window opens with an acknowledgement, and with what the hub holds of a changeset cut in parts")
    func windowOpens() {
        var store = narrow()
        _ = store.handle(.loaded([.sample(6), .sample(7, 0, of: 3), .sample(7, 1, of: 3)]))
        #expect(
            store.receive(.acknowledge(ChangesetNumber(6))).lines == """
                note 6 acknowledged
                load 7.2, 300 bytes
                """
        )
        #expect(store.handle(.loaded([.sample(7, 2, of: 3)])).lines == "↑ push 7.2")
        #expect(
            store.receive(.holds(number: ChangesetNumber(7), parts: 2)).lines == "load 8.0, 600 bytes"
        )
    }

    @Test("a load waits until a quarter of the window is free")
    func quarter() {
        let limits = Limits(frameBytesMax: Limits.frameBytesLeast, pushWindowBytes: 3_000, feedWindowBytes: 900)
        var store = StoreSession.online(.sample(sealed: 40, limits: limits), .sample())
        _ = store.handle(.loaded((6...15).map { .sample($0) }))
        #expect(store.receive(.acknowledge(ChangesetNumber(6))).lines == "note 6 acknowledged")
        #expect(store.receive(.acknowledge(ChangesetNumber(7))).lines == "note 7 acknowledged")
        #expect(store.receive(.acknowledge(ChangesetNumber(8))).lines.hasSuffix("load 16.0, 900 bytes"))
    }

    @Test("endless empty changesets fill the window too")
    func emptyChangesets() {
        let limits = Limits(frameBytesMax: Limits.frameBytesLeast, pushWindowBytes: 512, feedWindowBytes: 900)
        var store = StoreSession.online(.sample(sealed: 20, limits: limits), .sample())
        let empty = (Int64(6)...7).map { number in
            var part = PushPart.sample(number, bytes: 0)
            part.header = .sample(number, segments: 0)
            return part
        }
        #expect(
            store.handle(.loaded(empty)).lines == """
                ↑ push 6.0 with header
                ↑ push 7.0 with header
                """
        )
    }

    @Test("what is sealed while the store is being greeted goes up in this session")
    func sealedDuringHandshake() {
        var store = StoreSession(hello: .sample(sealed: 5))
        _ = store.handle(.connected(.at(0)))
        _ = store.handle(.sealed(upTo: ChangesetNumber(6)))
        _ = store.receive(.welcome(.sample()))
        #expect(store.handle(.tagStored).last?.line == "load 6.0, 1048576 bytes")
    }

    @Test("an acknowledgement of what was not sent ends the session")
    func acknowledgedUnsent() {
        var store = narrow()
        _ = store.handle(.loaded([.sample(6), .sample(7, 0, of: 2)]))
        let effects = store.receive(.acknowledge(ChangesetNumber(7)))
        #expect(
            effects.fault
                == .acknowledgement(
                    got: ChangesetNumber(7),
                    acknowledged: ChangesetNumber(5),
                    sent: ChangesetNumber(6)
                )
        )
    }

    @Test("an acknowledgement that takes back another ends the session; one that repeats it is a sign of life")
    func acknowledgedLess() {
        var store = narrow()
        #expect(store.receive(.acknowledge(ChangesetNumber(5))).isEmpty)
        #expect(store.receive(.acknowledge(ChangesetNumber(4))).fault != nil)
    }

    @Test(
        "parts that the hub cannot hold end the session",
        arguments: [(5, 1), (6, 1), (7, 2), (7, 0), (7, -1), (8, 1), (.max, 1), (7, Int.max)] as [(Int64, Int)]
    )
    func unknownParts(number: Int64, parts: Int) {
        var store = narrow()
        _ = store.handle(.loaded([.sample(6), .sample(7, 0, of: 3)]))
        _ = store.receive(.acknowledge(ChangesetNumber(6)))
        let effects = store.receive(.holds(number: ChangesetNumber(number), parts: parts))
        #expect(effects.fault == .unknownPart(ChangesetNumber(number), parts: parts))
    }

    @Test("a hub that was restored gets again what it lost, as long as it is kept")
    func restoredHub() {
        var store = StoreSession(hello: .sample(acknowledged: 5, sealed: 5))
        _ = store.handle(.connected(.at(0)))
        let effects = store.receive(.welcome(.sample(acknowledged: 2)), at: 0)
        #expect(effects.lines.contains("note 2 acknowledged"))
        #expect(store.handle(.tagStored).last?.line == "load 3.0, 1048576 bytes")
        let ending = store.handle(.missing)
        #expect(ending.last == .hangUp(.outboxLacks(number: ChangesetNumber(3), part: 0)))
        #expect(SessionError.outboxLacks(number: ChangesetNumber(3), part: 0).sequel == .takeNewSite)
    }

    @Test("a part that the hub's frames cannot hold ends the session with the cure, and is not sent")
    func tooLarge() {
        var small = Limits.standard
        small.frameBytesMax = Limits.frameBytesLeast
        var store = StoreSession.online(.sample(sealed: 6), .sample(limits: small))
        let effects = store.handle(.loaded([.sample(6, bytes: Limits.frameBytesLeast)]))
        #expect(
            effects.last
                == .hangUp(
                    .doesNotFit(
                        bytes: Limits.frameBytesLeast + Limits.envelopeBytes,
                        frameBytesMax: Limits.frameBytesLeast
                    )
                )
        )
        #expect(effects.lines.hasPrefix("↑ bye UNAVAILABLE"))
    }
}
