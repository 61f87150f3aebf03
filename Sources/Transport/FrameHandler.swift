import NIOCore
import NIOSSL
import NIOTLS

/// The last handler of a connection that was let in: bytes to frames, frames to bytes, and the channel's events to
/// its owner's. Belongs to the event loop.
final class FrameHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The plain bytes of a full TLS record (RFC 8446 section 5.1).
    private static let recordBytesMax = 16 * 1_024

    private let attach: () -> ConnectionEvents
    private var events: ConnectionEvents?
    private let sentFrameBytesMax: Int
    private let lifetimeMax: TimeAmount?
    private var deadline: Scheduled<Void>?
    private var reader: FrameReader
    private var isReading = false
    private var isWriting = false
    private var toldWritable = true
    private var isFlushDue = false
    private var unflushedBytes = 0
    /// Set by the first thing that ends the connection; what follows is its echo.
    private var reason: Disconnect?

    /// A stranger may send little, and not for long. `attach` is called once frames can be sent.
    init(limits: TransportLimits, isStranger: Bool, attach: @escaping () -> ConnectionEvents) {
        reader = FrameReader(frameBytesMax: isStranger ? limits.joinFrameBytesMax : limits.frameBytesMax)
        sentFrameBytesMax = limits.frameBytesMax
        lifetimeMax = isStranger ? limits.joinTimeout : nil
        self.attach = attach
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if let lifetimeMax {
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: lifetimeMax) {
                self.end(.joinTimeout, context)
            }
        }
        events = attach()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        reader.take(unwrapInboundIn(data))
        do {
            while reason == nil, let frame = try reader.next() { events?.received(frame) }
        } catch {
            end(.frameTooLong(error), context)
        }
        reader.settle()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if isFlushDue { flushNow(context) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !isWriting { tellWritability(context) }
    }

    private func tellWritability(_ context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        guard isWritable != toldWritable, reason == nil else { return }
        toldWritable = isWritable
        events?.writabilityChanged(isWritable)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.shutdownCompleted = event { reason = reason ?? .closedByPeer }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(Self.disconnect(for: error), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        events?.closed(reason ?? .closedByPeer)
        // They may hold their owner, and that this connection.
        events = nil
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let payload = unwrapOutboundIn(data)
        guard payload.readableBytes <= sentFrameBytesMax else {
            let error = FrameTooLong(bytes: payload.readableBytes, bytesMax: sentFrameBytesMax)
            promise?.fail(error)
            end(.ownFrameTooLong(error), context)
            return
        }
        // A flush may change the writability, whose owner may send: not into the middle of this frame.
        isWriting = true
        write(payload, context, promise)
        isWriting = false
        tellWritability(context)
    }

    /// In pieces of one TLS record, each flushed: NIOSSL keeps a buffer of the size of the largest flush for as long as
    /// the connection lasts. (With whole chunks of 128 KiB that was 256 KiB a store; `swift-nio-ssl` 2.37 does not
    /// heed its own `maximumPreservedOutboundBufferCapacity`.)
    private func write(_ payload: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        var rest = payload
        let first = rest.readSlice(length: min(rest.readableBytes, Self.recordBytesMax - FrameReader.headerBytes))
        // Length and payload in one buffer, because TLS makes a record of each.
        var piece = context.channel.allocator.buffer(
            capacity: FrameReader.headerBytes + (first?.readableBytes ?? 0)
        )
        piece.writeInteger(UInt32(payload.readableBytes))
        if let first { piece.writeImmutableBuffer(first) }
        while true {
            if unflushedBytes + piece.readableBytes > Self.recordBytesMax { flushNow(context) }
            unflushedBytes += piece.readableBytes
            let isLast = rest.readableBytes == 0
            context.write(wrapOutboundOut(piece), promise: isLast ? promise : nil)
            guard let next = rest.readSlice(length: min(rest.readableBytes, Self.recordBytesMax)), !isLast else {
                return
            }
            piece = next
        }
    }

    /// While frames come in, answers wait for the last of them and go out in one piece.
    func flush(context: ChannelHandlerContext) {
        if isReading { isFlushDue = true } else { flushNow(context) }
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        isFlushDue = false
        unflushedBytes = 0
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        reason = reason ?? .closedHere
        flushNow(context)
        context.close(mode: mode, promise: promise)
    }

    // MARK: The end

    private func end(_ why: Disconnect, _ context: ChannelHandlerContext) {
        guard reason == nil else { return }
        reason = why
        context.close(promise: nil)
    }

    private static func disconnect(for error: any Error) -> Disconnect {
        switch error {
        case NIOSSLError.uncleanShutdown:
            return .cut("no goodbye")
        case let error as BoringSSLError:
            switch TLSReason(error) {
            case .alert(let alert): return .refusedByPeer(alert)
            case .other(let what): return .cut(what)
            }
        default:
            return .cut("\(error)")
        }
    }
}
