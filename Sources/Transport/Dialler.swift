public import NIOCore
import NIOPosix
import NIOSSL
public import Trust

/// A store's end: connects to the hub, and knows it by its certificate, whatever its address.
public struct Dialler: Sendable {
    private let group: any EventLoopGroup
    private let limits: TransportLimits
    private let clock: WallClock

    public init(on group: any EventLoopGroup, limits: TransportLimits, clock: WallClock = .system) {
        self.group = group
        self.limits = limits
        self.clock = clock
    }

    /// Connects as a store. A name is resolved anew each time, and its IPv6 and IPv4 addresses are tried side by side
    /// (RFC 8305).
    ///
    /// - Returns: the open connection, to which `attach` has attached already.
    /// - Throws: `TransportFault.unknownHost`, `.unreachable`, `.connectTimeout`, `.handshake` or
    ///   `.unusableCredentials`.
    ///
    /// In TLS 1.3 a store's handshake is over before the hub has judged its certificate: a refusal comes as
    /// `Disconnect.refusedByPeer`.
    public func connect(
        to endpoint: Endpoint,
        as credentials: NodeCredentials,
        attach: @escaping AttachConnection
    ) async throws(TransportFault) -> Connection {
        let context = try TLSContext(store: credentials, limits: limits)
        return try await dial(endpoint, context: context, attach: attach).connection
    }

    /// Asks to join: sends one frame, takes one, and closes.
    ///
    /// `authority` is the fingerprint in the join token: a hub of another authority is sent nothing. `request` is the
    /// payload of the request.
    ///
    /// - Returns: the payload of the answer, and the authority of the hub that gave it.
    /// - Throws: as `connect`, and `TransportFault.noAnswer`.
    public func join(
        at endpoint: Endpoint,
        authority: Fingerprint,
        request: ByteBuffer
    ) async throws(TransportFault) -> (reply: ByteBuffer, authority: AuthorityCertificate) {
        let context = try TLSContext(joining: authority, limits: limits)
        return try await exchange(at: endpoint, context: context, request: request)
    }

    /// Asks for the next certificate, as a store that has one: sends one frame, takes one, and closes.
    ///
    /// - Returns: the payload of the answer, and the authority of the hub that gave it.
    /// - Throws: as `connect`, and `TransportFault.noAnswer`.
    public func renew(
        at endpoint: Endpoint,
        as credentials: NodeCredentials,
        request: ByteBuffer
    ) async throws(TransportFault) -> (reply: ByteBuffer, authority: AuthorityCertificate) {
        let context = try TLSContext(store: credentials, for: .renew, limits: limits)
        return try await exchange(at: endpoint, context: context, request: request)
    }

    private func exchange(
        at endpoint: Endpoint,
        context: TLSContext,
        request: ByteBuffer
    ) async throws(TransportFault) -> (reply: ByteBuffer, authority: AuthorityCertificate) {
        let answer = group.any().makePromise(of: ByteBuffer.self)
        let dialled: Dialled
        do {
            dialled = try await dial(endpoint, context: context) { connection in
                connection.send(request)
                return ConnectionEvents(
                    received: { reply in
                        answer.succeed(reply)
                        connection.close()
                    },
                    closed: { why in answer.fail(why) }
                )
            }
        } catch {
            answer.fail(error)
            throw error
        }
        let deadline = dialled.connection.eventLoop.scheduleTask(in: limits.joinTimeout) {
            answer.fail(Disconnect.joinTimeout)
            dialled.connection.close()
        }
        defer { deadline.cancel() }
        do { return (try await answer.futureResult.get(), dialled.authority) } catch let why as Disconnect {
            throw .noAnswer(endpoint, why)
        } catch {
            throw .noAnswer(endpoint, .cut("\(error)"))
        }
    }

    private struct Dialled: Sendable {
        let connection: Connection
        let authority: AuthorityCertificate
    }

    /// Ends at once when its task is cancelled, with the fault of a line that broke: a peer that is silent may hold a
    /// handshake for as long as its time limit.
    private func dial(
        _ endpoint: Endpoint,
        context: TLSContext,
        attach: @escaping AttachConnection
    ) async throws(TransportFault) -> Dialled {
        let attempts = DialAttempts()
        let result: Result<Dialled, TransportFault> = await withTaskCancellationHandler {
            do throws(TransportFault) {
                return .success(try await dial(endpoint, context: context, attempts: attempts, attach: attach))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            attempts.giveUp()
        }
        return try result.get()
    }

    private func dial(
        _ endpoint: Endpoint,
        context: TLSContext,
        attempts: DialAttempts,
        attach: @escaping AttachConnection
    ) async throws(TransportFault) -> Dialled {
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(limits.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.recvAllocator, value: receiveAllocator)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(limits.writeBufferBytes))
        let handshake: EventLoopFuture<Dialled>
        do {
            // Runs for each address that is tried; the result is that of the one that connected.
            handshake = try await bootstrap.connect(host: endpoint.host, port: Int(endpoint.port)) { channel in
                attempts.begin(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try prepare(channel, context: context, attach: attach)
                }
            }
        } catch {
            throw Self.fault(for: error, at: endpoint)
        }
        do { return try await handshake.get() } catch let failure as HandshakeFailure {
            throw .handshake(endpoint, failure)
        } catch {
            throw .handshake(endpoint, .cut)
        }
    }

    private func prepare(
        _ channel: any Channel,
        context: TLSContext,
        attach: @escaping AttachConnection
    ) throws -> EventLoopFuture<Dialled> {
        let check = context.makeCheck(now: clock)
        let tls = try context.makeClientHandler(check)
        let outcome = channel.eventLoop.makePromise(of: Dialled.self)
        let bound = NIOLoopBound(check, eventLoop: channel.eventLoop)
        let handshake = HandshakeHandler(check, limits: limits, attach: attach) { result in
            switch result {
            case .success(let connection):
                guard let authority = bound.value.vouchingAuthority else {
                    outcome.fail(HandshakeFailure.peerRefused(.noCertificate))
                    return
                }
                outcome.succeed(Dialled(connection: connection, authority: authority))
            case .failure(let failure):
                outcome.fail(failure)
            }
        }
        try channel.pipeline.syncOperations.addHandlers(tls, handshake)
        return outcome.futureResult
    }

    private static func fault(for error: any Error, at endpoint: Endpoint) -> TransportFault {
        guard let error = error as? NIOConnectionError else {
            if case ChannelError.connectTimeout = error { return .connectTimeout(endpoint) }
            return .unreachable(endpoint, (error as? IOError).map(SystemError.text) ?? "\(error)")
        }
        guard let last = error.connectionErrors.last?.error else {
            return .unknownHost(endpoint, "\(error.dnsAError ?? error.dnsAAAAError ?? error)")
        }
        if case ChannelError.connectTimeout = last { return .connectTimeout(endpoint) }
        return .unreachable(endpoint, (last as? IOError).map(SystemError.text) ?? "\(last)")
    }
}
