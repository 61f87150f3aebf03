import NIOCore
import NIOSSL
import NIOTLS
import Trust

/// Waits behind TLS for the end of the handshake, and hands over to a `FrameHandler`.
///
///     waiting ─→ admitted ─→ (removed; a FrameHandler stands in its place)
///        └─────→ failed   ─→ closed
///
/// Belongs to the event loop. `finished` hears of the outcome exactly once.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    typealias Finished = @Sendable (Result<Connection, HandshakeFailure>) -> Void

    private let check: PeerCheck
    private let limits: TransportLimits
    private let attach: AttachConnection
    private var finished: Finished?
    private var deadline: Scheduled<Void>?

    init(
        _ check: PeerCheck,
        limits: TransportLimits,
        attach: @escaping AttachConnection,
        finished: @escaping Finished
    ) {
        self.check = check
        self.limits = limits
        self.attach = attach
        self.finished = finished
    }

    func channelActive(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limits.handshakeTimeout) {
            self.fail(.timeout(self.limits.handshakeTimeout), context)
        }
        context.fireChannelActive()
    }

    /// The channel went before the handshake ended.
    func handlerRemoved(context: ChannelHandlerContext) { finish(.failure(check.failure ?? .cut)) }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(check.failure ?? .cut))
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted(let name) = event else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        do { try admit(check.admit(name), context) } catch { fail(error, context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(Self.failure(for: error), context)
    }

    private func admit(_ peer: ConnectionPeer, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let connection = Connection(
            peer: peer,
            certificate: check.certificate,
            remoteAddress: channel.remoteAddressText,
            channel: channel
        )
        let handler = FrameHandler(limits: limits, isBrief: peer.isBrief) { [attach] in attach(connection) }
        do {
            try context.pipeline.syncOperations.addHandler(handler)
        } catch {
            fail(.cut, context)
            return
        }
        finish(.success(connection))
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    private func fail(_ reason: HandshakeFailure, _ context: ChannelHandlerContext) {
        check.fail(reason)
        context.close(promise: nil)
    }

    private func finish(_ result: Result<Connection, HandshakeFailure>) {
        deadline?.cancel()
        deadline = nil
        finished?(result)
        finished = nil
    }

    private static func failure(for error: any Error) -> HandshakeFailure {
        switch error {
        case NIOSSLError.handshakeFailed(.sslError(let stack)) where stack == [.eofDuringHandshake]:
            return .cut
        case NIOSSLError.handshakeFailed(let error):
            switch TLSReason(error) {
            case .alert(let alert): return .refusedByPeer(alert)
            case .other(let what): return .tls(what)
            }
        default:
            return .cut
        }
    }
}
