import NIOCore
import NIOPosix
import Testing
import Transport
import Trust

/// One end of a test: keeps what its connections tell, in order.
final class Party: Sendable {
    enum Event: Equatable, Sendable {
        case frame([UInt8])
        case writable(Bool)
        case closed(Disconnect)
    }

    /// A connection, and what it told so far and will tell.
    struct Line: Sendable {
        let connection: Connection
        let events: AsyncStream<Event>

        /// Waits for the next event; nil after the end.
        func next() async -> Event? {
            for await event in events { return event }
            return nil
        }

        /// Waits for the end, passing over what comes before.
        func end() async -> Disconnect? {
            for await event in events { if case .closed(let why) = event { return why } }
            return nil
        }

        func send(_ bytes: [UInt8]) { connection.send(ByteBuffer(bytes: bytes)) }
    }

    private let lines: AsyncStream<Line>
    private let arrived: AsyncStream<Line>.Continuation
    private let refusals: AsyncStream<HandshakeFailure>
    private let refused: AsyncStream<HandshakeFailure>.Continuation

    init() {
        (lines, arrived) = AsyncStream.makeStream()
        (refusals, refused) = AsyncStream.makeStream()
    }

    var attach: AttachConnection {
        { [arrived] connection in
            let (events, told) = AsyncStream<Event>.makeStream()
            arrived.yield(Line(connection: connection, events: events))
            return ConnectionEvents(
                received: { told.yield(.frame(Array($0.readableBytesView))) },
                writabilityChanged: { told.yield(.writable($0)) },
                closed: { why in
                    told.yield(.closed(why))
                    told.finish()
                }
            )
        }
    }

    var turnedAway: Listener.TurnedAway { { [refused] failure, _ in refused.yield(failure) } }

    /// The next connection that was let in.
    func line() async throws -> Line {
        for await line in lines { return line }
        throw CancellationError()
    }

    /// The next connection that was not.
    func refusal() async -> HandshakeFailure? {
        for await refusal in refusals { return refusal }
        return nil
    }

    /// Whether anybody was let in, up to now.
    func wasEmpty() async -> Bool {
        arrived.finish()
        for await _ in lines { return false }
        return true
    }
}

extension TransportLimits {
    /// Those of a node, with more patience: a test about time sets its own, and no other fails on a slow machine.
    static let test: TransportLimits = {
        var limits = TransportLimits(frameBytesMax: 256 * 1_024)
        limits.connectTimeout = .minutes(5)
        limits.handshakeTimeout = .minutes(5)
        limits.joinTimeout = .minutes(5)
        return limits
    }()
}

extension Party {
    /// A hub that listens at a free port of this machine.
    func listen(
        as credentials: NodeCredentials,
        at host: String = "127.0.0.1",
        limits: TransportLimits = .test,
        clock: WallClock = Corner.clock
    ) async throws -> Listener {
        try await Listener.listen(
            at: #require(Endpoint(host: host, port: 0)),
            as: credentials,
            on: MultiThreadedEventLoopGroup.singleton,
            limits: limits,
            clock: clock,
            turnedAway: turnedAway,
            attach: attach
        )
    }

    /// A store that dials.
    func dial(
        _ endpoint: Endpoint,
        as credentials: NodeCredentials,
        limits: TransportLimits = .test,
        clock: WallClock = Corner.clock
    ) async throws -> Line {
        _ = try await Dialler(on: MultiThreadedEventLoopGroup.singleton, limits: limits, clock: clock)
            .connect(to: endpoint, as: credentials, attach: attach)
        return try await line()
    }
}
