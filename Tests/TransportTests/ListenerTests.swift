import ChangeLog
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Transport
import Trust

@Suite("Listening and dialling", .timeLimit(.minutes(1)))
struct ListenerTests {
    private let corner: Corner
    private let hub = Party()

    init() throws { corner = try Corner() }

    private func listen(_ text: String) async throws -> Listener {
        try await Listener.listen(
            at: Endpoint(parsing: text),
            as: corner.hub,
            on: MultiThreadedEventLoopGroup.singleton,
            limits: .test,
            clock: Corner.clock,
            attach: hub.attach
        )
    }

    @Test("at a port in use is refused with the cure")
    func portInUse() async throws {
        let listener = try await hub.listen(as: corner.hub)
        #expect(listener.endpoint.port != 0)
        let fault = await #expect(throws: TransportFault.self) { try await listen("\(listener.endpoint)") }
        #expect(fault == .portInUse(listener.endpoint))
        #expect(fault?.description.contains("stop that, or choose another address") == true)
        await listener.close()
    }

    @Test("at an address of another machine is refused with the cure")
    func notHere() async throws {
        let fault = await #expect(throws: TransportFault.self) { try await listen("192.0.2.1:0") }
        #expect(try fault == .notAnAddressHere(Endpoint(parsing: "192.0.2.1:0")))
    }

    @Test("a hub that was restarted listens at its port again at once")
    func restart() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        _ = try await hub.line()
        // Where the hub closes first, its end of the connection lingers in TIME_WAIT.
        let stranger = try await Stranger.plain(listener.endpoint, sending: [Array("plain text".utf8)])
        #expect(try await stranger.everything() == [])
        await listener.close()
        #expect(await store.end() == .closedByPeer)
        let again = try await listen("\(listener.endpoint)")
        #expect(again.endpoint == listener.endpoint)
        await again.close()
    }

    @Test("a name is dialled as well as an address", arguments: ["localhost", "127.0.0.1"])
    func names(host: String) async throws {
        let listener = try await hub.listen(as: corner.hub)
        let endpoint = try #require(Endpoint(host: host, port: listener.endpoint.port))
        let store = try await Party().dial(endpoint, as: corner.store("a"))
        store.send([1])
        #expect(try await hub.line().next() == .frame([1]))
        await listener.close()
    }

    @Test("IPv6 addresses work at both ends")
    func version6() async throws {
        let listener = try await hub.listen(as: corner.hub, at: "::1")
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        store.send([1])
        #expect(try await hub.line().next() == .frame([1]))
        await listener.close()
    }

    @Test("a port where nobody listens is unreachable, in words")
    func nobody() async throws {
        let listener = try await hub.listen(as: corner.hub)
        await listener.close()
        let fault = await #expect(throws: TransportFault.self) {
            try await Party().dial(listener.endpoint, as: corner.store("a"))
        }
        #expect(fault == .unreachable(listener.endpoint, "Connection refused"))
    }

    @Test("a name that nobody has is an unknown host")
    func unknownName() async throws {
        let endpoint = try Endpoint(parsing: "no-such-host.invalid:1")
        let fault = await #expect(throws: TransportFault.self) {
            try await Party().dial(endpoint, as: corner.store("a"))
        }
        guard case .unknownHost(endpoint, _) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
    }

    @Test("strangers fill their own places, never the stores'")
    func strangers() async throws {
        var limits = TransportLimits.test
        limits.strangersMax = 1
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        let stores = Party()
        // Once let in, a store is no stranger, and leaves the place free.
        for name in ["a", "b", "c"] {
            _ = try await stores.dial(listener.endpoint, as: corner.store(name))
            _ = try await hub.line()
        }
        let joining = try await Stranger.tls(listener.endpoint) { $0.applicationProtocols = ["linli-join/1"] }
        let atHub = try await hub.line()
        let turnedAway = try await Stranger.plain(listener.endpoint)
        #expect(try await turnedAway.everything() == [])
        #expect(await hub.refusal() == .full(connections: 4))
        #expect(listener.connectionCount == 4)
        try await joining.channel.close()
        #expect(await atHub.end() == .closedByPeer)
        await listener.close()
    }

    @Test("no more connections are taken than allowed, and those that are there go on")
    func full() async throws {
        var limits = TransportLimits.test
        limits.connectionsMax = 1
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        let atHub = try await hub.line()
        await #expect(throws: TransportFault.self) {
            try await Party().dial(listener.endpoint, as: corner.store("b"))
        }
        #expect(await hub.refusal() == .full(connections: 1))
        store.send([1])
        #expect(await atHub.next() == .frame([1]))
        await listener.close()
    }

    @Test("that ends closes every connection, whatever state it is in")
    func closes() async throws {
        let listener = try await hub.listen(as: corner.hub)
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        let atHub = try await hub.line()
        let silent = try await Stranger.plain(listener.endpoint)
        await listener.close()
        #expect(await atHub.end() == .closedHere)
        #expect(await store.end() == .closedByPeer)
        _ = try await silent.everything()
        #expect(listener.connectionCount == 0)
    }
}
