import ChangeLog
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Trust
import WireFormat

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
        let record = FrameHandler.recordBytesMax
        let lengths = [
            0, 1, record - 5, record - 4, record - 3, record, 2 * record - 4, 2 * record, 2 * record + 1, 100_000,
            256 * 1_024,
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
        #expect(await atHub.next() == .closed(.broken(.frameTooLong(bytes: 1_001, bytesMax: 1_000))))
        await listener.close()
    }

    @Test("ends, and nothing else does, when its owner sends a frame that is too long")
    func ownTooLong() async throws {
        let (listener, atHub, store) = try await connect()
        let bytesMax = TransportLimits.test.frameBytesMax
        store.send([UInt8](repeating: 1, count: bytesMax + 1))
        #expect(
            await store.end() == .ownFrameTooLong(bytes: bytesMax + 1, bytesMax: bytesMax)
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

    @Test("that was reset says so in the system's words")
    func reset() async throws {
        let (listener, atHub, store) = try await connect()
        let channel = store.connection.channel
        try await channel.eventLoop.flatSubmit {
            // A socket that does not linger is reset when it is closed.
            (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                ?? channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }.get()
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self).close(promise: nil)
        }.get()
        #expect(await atHub.end() == .cut("Connection reset by peer"))
        await listener.close()
    }

    @Test("delivers an answer whose sender closes in the same breath")
    func answerAndClose() async throws {
        let listener = try await Listener.listen(
            at: #require(Endpoint(host: "127.0.0.1", port: 0)),
            as: corner.hub,
            on: MultiThreadedEventLoopGroup.singleton,
            limits: .test,
            clock: Corner.clock
        ) { connection in
            ConnectionEvents(
                received: { frame in
                    connection.send(frame)
                    connection.close()
                },
                closed: { _ in }
            )
        }
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        #expect(store.connection.remoteAddress == "\(listener.endpoint)")
        store.send([1, 2])
        #expect(await store.next() == .frame([1, 2]))
        #expect(await store.next() == .closed(.closedByPeer))
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
        // The other way is open, and gives a peer that reads the time to take what waits.
        for number in 0..<1_000 {
            let ping = [UInt8(truncatingIfNeeded: number)]
            store.send(ping)
            try #require(await atHub.next() == .frame(ping))
        }
        #expect(!atHub.connection.isWritable)
        store.connection.setReading(true)
        #expect(await atHub.next() == .writable(true))
        for _ in 0..<sent { #expect(await store.next() == .frame(chunk)) }
        await listener.close()
    }

    @Test("ends when the peer takes nothing, however much is sent to it")
    func notReading() async throws {
        var limits = TransportLimits.test
        limits.outgoingBytesMax = 300_000
        let (listener, atHub, store) = try await connect(hubLimits: limits)
        store.connection.setReading(false)
        let chunk = [UInt8](repeating: 9, count: 64 * 1_024)
        for _ in 0..<4_096 { atHub.send(chunk) }
        guard case .notReading(let bytes) = await atHub.end() else {
            Issue.record("the hub holds what nobody takes")
            return
        }
        // The limit, a frame, and what TLS adds.
        #expect((300_000..<400_000).contains(bytes))
        await listener.close()
    }

    @Test("keeps its frames apart when its owner sends as soon as it may")
    func sendsFromEvents() async throws {
        var limits = TransportLimits.test
        // Every piece of a frame changes the writability.
        limits.writeBufferBytes = 1...2
        let listener = try await Listener.listen(
            at: #require(Endpoint(host: "127.0.0.1", port: 0)),
            as: corner.hub,
            on: MultiThreadedEventLoopGroup.singleton,
            limits: limits,
            clock: Corner.clock
        ) { connection in
            // Each of them makes room for the next: without an end they would keep the event loop for ever.
            var markers = 100
            return ConnectionEvents(
                received: { _ in for _ in 0..<10 { connection.send(ByteBuffer(repeating: 7, count: 100_000)) } },
                writabilityChanged: { _ in
                    guard markers > 0 else { return }
                    markers -= 1
                    connection.send(ByteBuffer(bytes: [1]))
                },
                closed: { _ in }
            )
        }
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        store.send([0])
        var large = 0
        while large < 10 {
            guard case .frame(let frame) = await store.next(), frame == [1] || frame.count == 100_000 else {
                Issue.record("frames were torn")
                break
            }
            if frame.count > 1 { large += 1 }
        }
        await listener.close()
    }

    @Test("tells of bytes before the frame that they belong to is whole")
    func heard() async throws {
        let heard = AsyncStream<Int?>.makeStream()
        let listener = try await Listener.listen(
            at: #require(Endpoint(host: "127.0.0.1", port: 0)),
            as: corner.hub,
            on: MultiThreadedEventLoopGroup.singleton,
            limits: .test,
            clock: Corner.clock
        ) { _ in
            ConnectionEvents(
                heard: { heard.continuation.yield(nil) },
                received: { heard.continuation.yield($0.readableBytes) },
                closed: { _ in heard.continuation.finish() }
            )
        }
        let store = try await Party().dial(listener.endpoint, as: corner.store("a"))
        let channel = store.connection.channel
        var news = heard.stream.makeAsyncIterator()
        // A frame of two bytes, cut after its first.
        for piece in [[0, 0, 0, 2, 7], [8]] as [[UInt8]] {
            try await channel.eventLoop.submit {
                let frames = try channel.pipeline.syncOperations.context(handlerType: FrameHandler.self)
                frames.writeAndFlush(NIOAny(ByteBuffer(bytes: piece)), promise: nil)
            }.get()
            #expect(await news.next() == .some(nil))
        }
        #expect(await news.next() == 2)
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
