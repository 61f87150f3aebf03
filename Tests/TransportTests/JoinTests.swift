import ChangeLog
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Transport
import Trust
import WireFormat

@Suite("A store that joins", .timeLimit(.minutes(1)))
struct JoinTests {
    private let corner: Corner
    private let hub = Party()
    private let dialler = Dialler(on: MultiThreadedEventLoopGroup.singleton, limits: .test, clock: Corner.clock)

    init() throws { corner = try Corner() }

    @Test("asks the hub whose authority the token names, and learns that authority's certificate")
    func joins() async throws {
        let listener = try await hub.listen(as: corner.hub)
        async let answer = dialler.join(
            at: listener.endpoint,
            authority: corner.authority.certificate.fingerprint,
            request: ByteBuffer(string: "let me in")
        )
        let stranger = try await hub.line()
        #expect(stranger.connection.peer == .joining)
        #expect(await stranger.next() == .frame(Array("let me in".utf8)))
        // Larger than what a stranger may send: a reply carries the schema.
        let welcome = [UInt8](repeating: 7, count: 100_000)
        stranger.send(welcome)
        let (reply, authority) = try await answer
        #expect(Array(reply.readableBytesView) == welcome)
        #expect(authority == corner.authority.certificate)
        #expect(await stranger.end() == .closedByPeer)
        await listener.close()
    }

    @Test("sends nothing to a hub of another authority, even of the same name")
    func wrongHub() async throws {
        let listener = try await hub.listen(as: Corner().hub)
        let pin = corner.authority.certificate.fingerprint
        let failure = await #expect(throws: TransportFault.self) {
            try await dialler.join(at: listener.endpoint, authority: pin, request: ByteBuffer(string: "let me in"))
        }
        #expect(failure == .handshake(listener.endpoint, .peerRefused(.notTheTokensAuthority(pin))))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("sends nothing to a store that pretends to be the hub")
    func storeAsHub() async throws {
        let rogue = try corner.store("rogue")
        let listener = try await hub.listen(as: rogue)
        let failure = await #expect(throws: TransportFault.self) {
            try await dialler.join(
                at: listener.endpoint,
                authority: corner.authority.certificate.fingerprint,
                request: ByteBuffer(string: "let me in")
            )
        }
        #expect(failure == .handshake(listener.endpoint, .peerRefused(.wrongRole(rogue.identity))))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("may not send more than a request needs")
    func longRequest() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let failure = await #expect(throws: TransportFault.self) {
            try await dialler.join(
                at: listener.endpoint,
                authority: corner.authority.certificate.fingerprint,
                request: ByteBuffer(repeating: 1, count: TransportLimits.test.joinFrameBytesMax + 1)
            )
        }
        guard case .noAnswer = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        let tooLong = WireError.frameTooLong(bytes: 16 * 1_024 + 1, bytesMax: 16 * 1_024)
        #expect(try await hub.line().end() == .broken(tooLong))
        await listener.close()
    }

    @Test("and does not go on is turned out in time, at both ends")
    func lingers() async throws {
        var limits = TransportLimits.test
        limits.joinTimeout = .milliseconds(50)
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        let stranger = try await Stranger.tls(listener.endpoint) { $0.applicationProtocols = ["linli-join/1"] }
        #expect(try await hub.line().end() == .joinTimeout)
        #expect(try await stranger.everything().isEmpty)
        await listener.close()

        let other = Party()
        let patient = try await other.listen(as: corner.hub)
        let hasty = Dialler(on: MultiThreadedEventLoopGroup.singleton, limits: limits, clock: Corner.clock)
        let failure = await #expect(throws: TransportFault.self) {
            try await hasty.join(
                at: patient.endpoint,
                authority: corner.authority.certificate.fingerprint,
                request: ByteBuffer(string: "let me in")
            )
        }
        #expect(failure == .noAnswer(patient.endpoint, .joinTimeout))
        await patient.close()
    }
}
