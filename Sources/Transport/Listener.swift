public import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
public import Trust

/// The hub's end: a port at which stores with a certificate come to sync, and strangers with a token to join.
///
///     accept ─→ place? ─→ ClientHello? ─→ TLS 1.3 ─→ certificate? ─→ attach
///                 no: closed   no: closed without a byte     no: closed
public final class Listener: Sendable {
    /// Called on a connection's event loop when someone was turned away: why, and from which address.
    public typealias TurnedAway = @Sendable (HandshakeFailure, _ remoteAddress: String) -> Void

    /// Where it listens, with the port that the system chose if the endpoint asked for port 0.
    public let endpoint: Endpoint
    private let channel: any Channel
    private let registry: ConnectionRegistry
    private let shown: ShownCredentials
    private let limits: TransportLimits

    private init(endpoint: Endpoint, channel: any Channel, door: Door) {
        self.endpoint = endpoint
        self.channel = channel
        registry = door.registry
        shown = door.shown
        limits = door.limits
    }

    /// Starts to listen.
    ///
    /// - Throws: `TransportFault.portInUse` and its kin; `.unusableCredentials`.
    public static func listen(
        at endpoint: Endpoint,
        as credentials: NodeCredentials,
        on group: any EventLoopGroup,
        limits: TransportLimits,
        clock: WallClock = .system,
        turnedAway: @escaping TurnedAway = { _, _ in },
        attach: @escaping AttachConnection
    ) async throws(TransportFault) -> Listener {
        let shown = ShownCredentials(try TLSContext(hub: credentials, limits: limits))
        let registry = ConnectionRegistry(limits: limits)
        let door = Door(
            shown: shown,
            registry: registry,
            limits: limits,
            clock: clock,
            turnedAway: turnedAway,
            attach: attach
        )
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: limits.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.recvAllocator, value: receiveAllocator)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(limits.writeBufferBytes))
            .childChannelInitializer { child in child.eventLoop.makeCompletedFuture { try door.enter(child) } }
        let channel: any Channel
        do { channel = try await bootstrap.bind(host: endpoint.host, port: Int(endpoint.port)).get() } catch {
            throw Self.fault(for: error, at: endpoint)
        }
        let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? endpoint.port
        return Listener(
            endpoint: Endpoint(host: endpoint.host, port: port) ?? endpoint,
            channel: channel,
            door: door
        )
    }

    /// Shows these credentials to whoever comes from now on; connections that are there stay.
    ///
    /// - Throws: `TransportFault.unusableCredentials`.
    public func show(_ credentials: NodeCredentials) throws(TransportFault) {
        shown.context = try TLSContext(hub: credentials, limits: limits)
    }

    /// Connections that are there now, strangers included.
    public var connectionCount: Int { registry.count }

    /// Lets nobody in any more, closes what is open, and returns when all is closed. To say goodbye in the protocol's
    /// words, the owners of the connections do that first.
    public func close() async {
        let open = registry.beginClosing()
        channel.close(promise: nil)
        for one in open { one.close(promise: nil) }
        for one in open + [channel] { await one.closeFuture.waitEitherWay() }
    }

    private static func fault(for error: any Error, at endpoint: Endpoint) -> TransportFault {
        guard let error = error as? IOError else {
            return error is SocketAddressError
                ? .unknownHost(endpoint, "\(error)") : .cannotListen(endpoint, "\(error)")
        }
        switch error.errnoCode {
        case EADDRINUSE: return .portInUse(endpoint)
        case EACCES, EPERM: return .notPermitted(endpoint)
        case EADDRNOTAVAIL: return .notAnAddressHere(endpoint)
        default: return .cannotListen(endpoint, SystemError.text(of: error))
        }
    }
}

/// What the listener shows of itself; renewed while it listens.
private final class ShownCredentials: Sendable {
    private let state: Mutex<TLSContext>

    init(_ context: TLSContext) { state = Mutex(context) }

    var context: TLSContext {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// What happens to each connection that comes.
private struct Door: Sendable {
    let shown: ShownCredentials
    let registry: ConnectionRegistry
    let limits: TransportLimits
    let clock: WallClock
    let turnedAway: Listener.TurnedAway
    let attach: AttachConnection

    func enter(_ channel: any Channel) throws {
        let address = channel.remoteAddressText
        switch registry.admitStranger(channel) {
        case .admitted: break
        case .full(let connections): return turnAway(channel, .full(connections: connections))
        case .fullForAddress(let connections): return turnAway(channel, .fullForAddress(connections: connections))
        }
        channel.closeFuture.whenComplete { [registry] _ in registry.left(channel) }
        let context = shown.context
        let check = context.makeCheck(now: clock)
        let letIn: AttachConnection = { [registry, attach] connection in
            switch connection.peer {
            case .joining: break
            case .node(let identity), .renewing(let identity):
                registry.became(identity.node, channel)?.close(promise: nil)
            }
            return attach(connection)
        }
        let handshake = HandshakeHandler(check, limits: limits, attach: letIn) { [turnedAway] result in
            if case .failure(let failure) = result { turnedAway(failure, address) }
        }
        try channel.pipeline.syncOperations.addHandlers(
            PlainTextGate(check),
            context.makeServerHandler(check),
            handshake
        )
    }

    private func turnAway(_ channel: any Channel, _ why: HandshakeFailure) {
        turnedAway(why, channel.remoteAddressText)
        channel.close(promise: nil)
    }
}
