import ChangeLog
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Transport
import Trust

@Suite("Who is let in", .timeLimit(.minutes(1)))
struct HandshakeTests {
    private let corner: Corner
    private let hub = Party()

    init() throws { corner = try Corner() }

    @Test("a store with the authority's certificate is let in, and each end knows the other")
    func storeIsLetIn() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let store = try await Party().dial(listener.endpoint, as: corner.store("nanjing-3"))
        let atHub = try await hub.line()
        #expect(try atHub.connection.peer == .node(corner.store("nanjing-3").identity))
        #expect(store.connection.peer == .node(corner.hub.identity))
        store.send([1, 2, 3])
        #expect(await atHub.next() == .frame([1, 2, 3]))
        atHub.send([4])
        #expect(await store.next() == .frame([4]))
        await listener.close()
    }

    @Test("a store of another authority is refused, and told so")
    func foreignStore() async throws {
        let listener = try await hub.listen(as: corner.hub)
        // The same names, and it knows our authority; only its certificate is not from it.
        let store = try Corner().store("nanjing-3")
        let tls = try await Stranger.tls(listener.endpoint) { settings in
            settings.applicationProtocols = ["linli/1"]
            settings.show(store)
        }
        #expect(try await tls.everything().isEmpty)
        #expect(await hub.refusal() == .peerRefused(.foreign))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("a store refuses a hub of another authority, and sends it nothing")
    func foreignHub() async throws {
        let listener = try await hub.listen(as: Corner().hub)
        let failure = await #expect(throws: TransportFault.self) {
            try await Party().dial(listener.endpoint, as: corner.store("nanjing-3"))
        }
        #expect(failure == .handshake(listener.endpoint, .peerRefused(.foreign)))
        #expect(await hub.refusal() == .refusedByPeer("certificate unknown"))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("a store that pretends to be the hub is refused by other stores")
    func storeAsHub() async throws {
        let rogue = try corner.store("rogue")
        let listener = try await hub.listen(as: rogue)
        let failure = await #expect(throws: TransportFault.self) {
            try await Party().dial(listener.endpoint, as: corner.store("nanjing-3"))
        }
        #expect(failure == .handshake(listener.endpoint, .peerRefused(.wrongRole(rogue.identity))))
        await listener.close()
    }

    @Test("the hub's certificate does not make a store")
    func hubAsStore() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let line = try await Party().dial(listener.endpoint, as: corner.hub)
        #expect(await line.end() == .refusedByPeer("certificate unknown"))
        #expect(await hub.refusal() == .peerRefused(.wrongRole(corner.hub.identity)))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("a store whose certificate ended long ago is refused, with a reason that names the hub's clock")
    func expired() async throws {
        let store = try corner.store("nanjing-3", lifetimeMilliseconds: Corner.dayMilliseconds)
        let late = Corner.now + 2 * Corner.dayMilliseconds + Validity.graceMilliseconds
        let listener = try await hub.listen(as: corner.hub, clock: WallClock { late })
        let line = try await Party().dial(listener.endpoint, as: store)
        #expect(await line.end() == .refusedByPeer("certificate unknown"))
        let refusal = await hub.refusal()
        #expect(
            refusal
                == .peerRefused(
                    .expired(
                        store.identity,
                        untilMilliseconds: Corner.now + Corner.dayMilliseconds,
                        clockMilliseconds: late
                    )
                )
        )
        #expect(refusal?.description.contains("clock") == true)
        await listener.close()
    }

    @Test("a till whose clock stands in 1970 is let in")
    func deadClock() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let line = try await Party().dial(listener.endpoint, as: corner.store("a"), clock: WallClock { 0 })
        line.send([1])
        #expect(try await hub.line().next() == .frame([1]))
        await listener.close()
    }

    @Test(
        "what is no TLS gets a closed connection and not one byte",
        arguments: [
            [Array("GET / HTTP/1.1\r\n\r\n".utf8)], [[0x16], [0x03], [0x01], [0x00], [0x10], [0x02]], [[0]],
            [[0x16, 0x03]] + [Array("plain".utf8)], [[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]],
        ]
    )
    func plainText(writes: [[UInt8]]) async throws {
        let listener = try await hub.listen(as: corner.hub)
        let stranger = try await Stranger.plain(listener.endpoint, sending: writes)
        #expect(try await stranger.everything() == [])
        #expect(await hub.refusal() == .plainText)
        await listener.close()
    }

    @Test("TLS 1.2 is refused")
    func oldTLS() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let store = try corner.store("nanjing-3")
        let stranger = try await Stranger.tls(listener.endpoint) { settings in
            settings.maximumTLSVersion = .tlsv12
            settings.applicationProtocols = ["linli/1"]
            settings.show(store)
        }
        #expect(try await stranger.everything().isEmpty)
        #expect(await hub.refusal() == .tls("unsupported protocol"))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("without a certificate nobody may sync, whatever protocol is named", arguments: [["linli/1"], [], ["h2"]])
    func noCertificate(protocols: [String]) async throws {
        let listener = try await hub.listen(as: corner.hub)
        let stranger = try await Stranger.tls(listener.endpoint) { $0.applicationProtocols = protocols }
        #expect(try await stranger.everything().isEmpty)
        let refusal = await hub.refusal()
        #expect(refusal == (protocols == ["linli/1"] ? .peerRefused(.noCertificate) : .otherProtocol(nil)))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("a store with a certificate may not speak the join protocol")
    func storeMayNotJoin() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let store = try corner.store("nanjing-3")
        let stranger = try await Stranger.tls(listener.endpoint) { settings in
            settings.applicationProtocols = ["linli-join/1"]
            settings.show(store)
        }
        #expect(try await stranger.everything().isEmpty)
        #expect(await hub.refusal() == .otherProtocol("linli-join/1"))
        #expect(await hub.wasEmpty())
        await listener.close()
    }

    @Test("who says nothing is turned away when the time for a handshake is over")
    func silence() async throws {
        var limits = TransportLimits.test
        limits.handshakeTimeout = .milliseconds(50)
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        let stranger = try await Stranger.plain(listener.endpoint)
        #expect(try await stranger.everything() == [])
        #expect(await hub.refusal() == .timeout(.milliseconds(50)))
        await listener.close()
    }

    @Test("a dial to something that never answers the handshake ends in time")
    func silentServer() async throws {
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = UInt16(try #require(silent.localAddress?.port))
        let endpoint = try #require(Endpoint(host: "127.0.0.1", port: port))
        var limits = TransportLimits.test
        limits.handshakeTimeout = .milliseconds(50)
        let failure = await #expect(throws: TransportFault.self) {
            try await Party().dial(endpoint, as: corner.store("a"), limits: limits)
        }
        #expect(failure == .handshake(endpoint, .timeout(.milliseconds(50))))
        try await silent.close()
    }
}

extension TLSConfiguration {
    /// Shows a node's certificate.
    mutating func show(_ credentials: NodeCredentials?) {
        guard let credentials else { return }
        do {
            certificateChain = [.certificate(try NIOSSLCertificate(bytes: credentials.certificate.der, format: .der))]
            privateKey = .privateKey(try NIOSSLPrivateKey(bytes: credentials.key.der, format: .der))
        } catch {
            Issue.record(error)
        }
    }
}
