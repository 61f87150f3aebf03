import NIOCore
import NIOPosix
import Testing
import Transport
import Trust

/// What somebody can take up who has not shown who he is, and what one node can.
@Suite("Connections are bounded in number and time", .timeLimit(.minutes(1)))
struct BoundsTests {
    private let corner: Corner
    private let hub = Party()

    init() throws { corner = try Corner() }

    @Test("one address fills no more than its part of the strangers' places, and stores of others come in")
    func perAddress() async throws {
        var limits = TransportLimits.test
        limits.strangersPerAddressMax = 2
        limits.strangersMax = 3
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        var silent: [Stranger] = []
        for count in 1...2 {
            silent.append(try await Stranger.plain(listener.endpoint, from: "127.0.0.9"))
            // Each on an event loop of its own: only this tells that it is let in before the next.
            try await reaches(listener, count)
        }
        let third = try await Stranger.plain(listener.endpoint, from: "127.0.0.9")
        #expect(try await third.everything() == [])
        #expect(await hub.refusal() == .fullForAddress(connections: 2))
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        store.send([1])
        #expect(try await hub.line().next() == .frame([1]))
        // A place that becomes free is given again.
        try await silent[0].channel.close()
        #expect(await hub.refusal() == .cut)
        try await reaches(listener, 2)
        let fourth = try await Stranger.plain(listener.endpoint, from: "127.0.0.9")
        try await reaches(listener, 3)
        await listener.close()
        #expect(try await fourth.everything() == [])
    }

    /// Waits until the listener has so many connections; the suite's time limit ends it.
    private func reaches(_ listener: Listener, _ count: Int) async throws {
        while listener.connectionCount != count {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test("a node with too many connections loses its oldest, and nobody else's")
    func perNode() async throws {
        var limits = TransportLimits.test
        limits.connectionsPerNodeMax = 2
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        let stores = Party()
        let other = try await stores.dial(listener.endpoint, as: corner.store("b"))
        let otherAtHub = try await hub.line()
        let store = try corner.store("a")
        var lines: [Party.Line] = []
        for _ in 0..<4 {
            lines.append(try await stores.dial(listener.endpoint, as: store))
            _ = try await hub.line()
        }
        #expect(await lines[0].end() == .closedByPeer)
        #expect(await lines[1].end() == .closedByPeer)
        // Their places are free once the hub's end is closed too.
        try await reaches(listener, 3)
        other.send([1])
        #expect(await otherAtHub.next() == .frame([1]))
        await listener.close()
    }

    @Test("who sends a byte now and then does not hold a place longer than a handshake may take")
    func slowLoris() async throws {
        var limits = TransportLimits.test
        limits.handshakeTimeout = .milliseconds(300)
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        // The beginning of a handshake record of 16,000 bytes, and then a byte at a time.
        let slow = try await Stranger.plain(listener.endpoint, sending: [[22, 3, 1, 0x3e, 0x80, 1]])
        let dribble = slow.channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { _ in
            slow.channel.writeAndFlush(ByteBuffer(bytes: [0]), promise: nil)
        }
        #expect(try await slow.everything() == [])
        dribble.cancel()
        #expect(await hub.refusal() == .timeout(.milliseconds(300)))
        // Half-open: connected, and nothing more.
        let silent = try await Stranger.plain(listener.endpoint)
        #expect(try await silent.everything() == [])
        #expect(await hub.refusal() == .timeout(.milliseconds(300)))
        // The listener's end of a connection goes a moment after the stranger's.
        try await reaches(listener, 0)
        await listener.close()
    }

    @Test("a handshake that never ends is cut by its length before it is by its time")
    func endless() async throws {
        var limits = TransportLimits.test
        limits.handshakeTimeout = .seconds(30)
        let listener = try await hub.listen(as: corner.hub, limits: limits)
        // Handshake records, each as long as TLS allows, of one message that promises 16 MiB.
        var record: [UInt8] = [22, 3, 1, 0x40, 0x00] + [1, 0xff, 0xff, 0xff]
        record += [UInt8](repeating: 0, count: 0x4000 - 4)
        let more: [UInt8] = [22, 3, 1, 0x40, 0x00] + [UInt8](repeating: 0, count: 0x4000)
        let stranger = try await Stranger.plain(
            listener.endpoint,
            sending: [record] + Array(repeating: more, count: 64)
        )
        _ = try await stranger.everything()
        guard case .tls? = await hub.refusal() else {
            Issue.record("it was not refused for what it sent")
            return
        }
        await listener.close()
    }
}
