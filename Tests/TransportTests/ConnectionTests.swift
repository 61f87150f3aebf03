import ChangeLog
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Trust

@testable import Transport

@Suite("A connection", .timeLimit(.minutes(1)))
struct ConnectionTests {
    private let corner: Corner
    private let hub = Party()

    init() throws { corner = try Corner() }

    private func connect(
        hubLimits: TransportLimits = .test,
        storeLimits: TransportLimits = .test
    ) async throws -> (listener: Listener, hub: Party.Line, store: Party.Line) {
        let listener = try await hub.listen(as: corner.hub, limits: hubLimits)
        let store = try await Party().dial(listener.endpoint, as: corner.store("nanjing-3"), limits: storeLimits)
        return (listener, try await hub.line(), store)
    }

    @Test("carries frames of every length, in order, both ways")
    func lengths() async throws {
        let (listener, atHub, store) = try await connect()
        let record = 16 * 1_024
        let lengths = [
            0, 1, record - 5, record - 4, record - 3, record, 2 * record - 4, 2 * record, 100_000, 256 * 1_024,
        ]
        for (from, to) in [(store, atHub), (atHub, store)] {
            for (number, length) in lengths.enumerated() { from.send([UInt8](repeating: UInt8(number), count: length)) }
            for (number, length) in lengths.enumerated() {
                var event = await to.next()
                while case .writable = event { event = await to.next() }
                #expect(event == .frame([UInt8](repeating: UInt8(number), count: length)))
            }
        }
        await listener.close()
    }

    @Test("ends when the peer announces a frame that is too long, before the frame came")
    func tooLong() async throws {
        var small = TransportLimits.test
        small.frameBytesMax = 1_000
        let (listener, atHub, store) = try await connect(hubLimits: small)
        store.send([UInt8](repeating: 1, count: 1_000))
        #expect(await atHub.next() == .frame([UInt8](repeating: 1, count: 1_000)))
        store.send([UInt8](repeating: 1, count: 1_001))
        #expect(await atHub.next() == .closed(.frameTooLong(FrameTooLong(bytes: 1_001, bytesMax: 1_000))))
        await listener.close()
    }

    @Test("ends, and nothing else does, when its owner sends a frame that is too long")
    func ownTooLong() async throws {
        let (listener, atHub, store) = try await connect()
        let bytesMax = TransportLimits.test.frameBytesMax
        store.send([UInt8](repeating: 1, count: bytesMax + 1))
        #expect(
            await store.end() == .ownFrameTooLong(FrameTooLong(bytes: bytesMax + 1, bytesMax: bytesMax))
        )
        #expect(await atHub.next() == .closed(.closedByPeer))
        await listener.close()
    }

    @Test("delivers what was sent before it was closed, and says which end closed it")
    func goodbye() async throws {
        let (listener, atHub, store) = try await connect()
        for number in 0..<100 { store.send([UInt8(number)]) }
        store.connection.close()
        for number in 0..<100 { #expect(await atHub.next() == .frame([UInt8(number)])) }
        #expect(await atHub.next() == .closed(.closedByPeer))
        #expect(await atHub.next() == nil)
        #expect(await store.end() == .closedHere)
        await store.connection.waitUntilClosed()
        await listener.close()
    }

    @Test("that broke without a goodbye says so")
    func cut() async throws {
        let (listener, atHub, store) = try await connect()
        let channel = store.connection.channel
        // Closes the socket below TLS.
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self).close(promise: nil)
        }.get()
        #expect(await atHub.end() == .cut("no goodbye"))
        await listener.close()
    }

    @Test("tells its owner when the peer does not take what is sent, and when it does again")
    func backPressure() async throws {
        let (listener, atHub, store) = try await connect()
        store.connection.setReading(false)
        let chunk = [UInt8](repeating: 9, count: 64 * 1_024)
        var sent = 0
        while atHub.connection.isWritable {
            // On its event loop, so that `isWritable` has heard of the last one.
            try await atHub.connection.eventLoop.submit { atHub.send(chunk) }.get()
            sent += 1
            try #require(sent < 4_096, "256 MiB were taken by a peer that reads nothing")
        }
        #expect(await atHub.next() == .writable(false))
        store.connection.setReading(true)
        #expect(await atHub.next() == .writable(true))
        for _ in 0..<sent { #expect(await store.next() == .frame(chunk)) }
        await listener.close()
    }

    @Test("sends what is said at once when it is attached")
    func speaksFirst() async throws {
        let listener = try await Listener.listen(
            at: #require(Endpoint(host: "127.0.0.1", port: 0)),
            as: corner.hub,
            on: MultiThreadedEventLoopGroup.singleton,
            limits: .test,
            clock: Corner.clock
        ) { connection in
            connection.send(ByteBuffer(bytes: [1, 2]))
            return ConnectionEvents(received: { _ in }, closed: { _ in })
        }
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        #expect(await store.next() == .frame([1, 2]))
        await listener.close()
    }

    @Test("delivers nothing more once its owner closed it")
    func nothingAfterClose() async throws {
        let told = AsyncStream<Int>.makeStream()
        let listener = try await Listener.listen(
            at: #require(Endpoint(host: "127.0.0.1", port: 0)),
            as: corner.hub,
            on: MultiThreadedEventLoopGroup.singleton,
            limits: .test,
            clock: Corner.clock
        ) { connection in
            ConnectionEvents(
                received: { frame in
                    told.continuation.yield(frame.readableBytes)
                    connection.close()
                },
                closed: { _ in told.continuation.finish() }
            )
        }
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        // One write, so that all are there when the first is delivered.
        try await store.connection.eventLoop.submit { for _ in 0..<10 { store.send([1]) } }.get()
        var count = 0
        for await _ in told.stream { count += 1 }
        #expect(count == 1)
        await listener.close()
    }
}
