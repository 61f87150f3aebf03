import ChangeLog
import NIOCore
import NIOPosix
import Testing
import Transport
import Trust

@Suite("A store that renews its certificate", .timeLimit(.minutes(1)))
struct RenewalTests {
    private let corner: Corner
    private let hub = Party()

    init() throws { corner = try Corner() }

    private func dialler(_ clock: WallClock = Corner.clock) -> Dialler {
        Dialler(on: MultiThreadedEventLoopGroup.singleton, limits: .test, clock: clock)
    }

    @Test("is known to the hub by the certificate that it has, asks one thing, and gets one answer")
    func renews() async throws {
        let store = try corner.store("nanjing-3")
        let listener = try await hub.listen(as: corner.hub)
        async let answer = dialler().renew(
            at: listener.endpoint,
            as: store,
            request: ByteBuffer(string: "the next one")
        )
        let line = try await hub.line()
        #expect(line.connection.peer == .renewing(store.identity))
        #expect(await line.next() == .frame(Array("the next one".utf8)))
        line.send(Array("here".utf8))
        let (reply, authority) = try await answer
        #expect(String(buffer: reply) == "here")
        #expect(authority == corner.authority.certificate)
        #expect(await line.end() == .closedByPeer)
        await listener.close()
    }

    @Test("may send no more, and take no longer, than a request needs")
    func bounded() async throws {
        var limits = TransportLimits.test
        limits.joinTimeout = .milliseconds(100)
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        let store = try corner.store("nanjing-3")
        let long = await #expect(throws: TransportFault.self) {
            try await dialler().renew(
                at: listener.endpoint,
                as: store,
                request: ByteBuffer(repeating: 1, count: limits.joinFrameBytesMax + 1)
            )
        }
        guard case .noAnswer = long else {
            Issue.record("\(String(describing: long))")
            return
        }
        _ = try await hub.line()
        // Nothing is answered: the connection ends all the same.
        async let answer = dialler().renew(at: listener.endpoint, as: store, request: ByteBuffer(string: "now"))
        let line = try await hub.line()
        #expect(await line.end() == .joinTimeout)
        do {
            _ = try await answer
            Issue.record("an answer that nobody gave")
        } catch { #expect(error is TransportFault) }
        await listener.close()
    }

    @Test("is let in with a certificate that ended, to renew it and to work, for a year; and not after")
    func grace() async throws {
        let store = try corner.store("nanjing-3", lifetimeMilliseconds: 60_000)
        let end = store.certificate.validity.notAfterMilliseconds
        for (later, isIn) in [
            (Int64(1), true), (Validity.graceMilliseconds, true), (Validity.graceMilliseconds + 1, false),
        ] {
            let party = Party()
            let listener = try await party.listen(as: corner.hub, clock: WallClock { end + later })
            async let answer = dialler().renew(at: listener.endpoint, as: store, request: ByteBuffer(string: "now"))
            if isIn {
                let line = try await party.line()
                line.send([1])
                #expect(try await answer.reply.readableBytes == 1)
                let session = try await Party().dial(listener.endpoint, as: store)
                #expect(try await party.line().connection.peer == .node(store.identity))
                session.connection.close()
            } else {
                do {
                    _ = try await answer
                    Issue.record("an answer that nobody gave")
                } catch { #expect(error is TransportFault) }
                guard case .peerRefused(.expired)? = await party.refusal() else {
                    Issue.record("a certificate beyond its grace was not refused")
                    return
                }
            }
            await listener.close()
        }
    }

    @Test("finds the hub's own certificate renewed while the hub listens, and knows it")
    func hubRenews() async throws {
        let store = try corner.store("nanjing-3")
        let listener = try await hub.listen(as: corner.hub)
        let before = try await Party().dial(listener.endpoint, as: store)
        let later = corner.hub.certificate.validity.notAfterMilliseconds + 1
        let afterwards = WallClock { later }
        await #expect(throws: TransportFault.self) {
            _ = try await Party().dial(listener.endpoint, as: store, clock: afterwards)
        }
        let renewed = try corner.authority.renewed(atMilliseconds: later)
        let request = try SigningRequest(der: corner.hub.key.signingRequest(as: corner.hub.identity))
        try listener.show(
            NodeCredentials(
                key: corner.hub.key,
                certificate: renewed.issueHub(for: request),
                authority: renewed.certificate
            )
        )
        // The store knows the authority's old certificate still.
        let after = try await Party().dial(listener.endpoint, as: store, clock: afterwards)
        after.connection.close()
        before.connection.close()
        await listener.close()
    }
}
