import NIOCore
import NIOSSL
import NIOTLS
import WireFormat

/// The last handler of a connection that was let in: bytes to frames, frames to bytes, and the channel's events to
/// its owner's. Belongs to the event loop.
final class FrameHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Plain bytes in a TLS record, and in a flush. Each end keeps buffers of this size for every connection that ever
    /// was busy: with 8 KiB that came to 55 KiB a connection, with 16 KiB (the most that TLS allows) to 127 KiB.
    /// One connection still moves 500 MiB a second.
    static let recordBytesMax = 8 * 1_024

    private let attach: () -> ConnectionEvents
    private var events: ConnectionEvents?
    private let limits: TransportLimits
    private let isBrief: Bool
    private var deadline: Scheduled<Void>?
    private var reader: FrameReader
    private var isReading = false
    private var isWriting = false
    private var toldWritable = true
    private var isFlushDue = false
    private var unflushedBytes = 0
    /// Set by the first thing that ends the connection; what follows is its echo.
    private var reason: Disconnect?

    /// Whoever joins or renews may send little, and not for long. `attach` is called once frames can be sent.
    init(limits: TransportLimits, isBrief: Bool, attach: @escaping () -> ConnectionEvents) {
        reader = FrameReader(frameBytesMax: isBrief ? limits.joinFrameBytesMax : limits.frameBytesMax)
        self.limits = limits
        self.isBrief = isBrief
        self.attach = attach
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if isBrief {
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limits.joinTimeout) {
                self.end(.joinTimeout, context)
            }
        }
        events = attach()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        reader.take(unwrapInboundIn(data))
        if reason == nil { events?.heard() }
        do {
            while reason == nil, let frame = try reader.next() { events?.received(frame) }
        } catch {
            end(.broken(error), context)
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
        guard payload.readableBytes <= limits.frameBytesMax else {
            let (bytes, bytesMax) = (payload.readableBytes, limits.frameBytesMax)
            refuse(.ownFrameTooLong(bytes: bytes, bytesMax: bytesMax), promise, context)
            return
        }
        let waitingBytes = bytesWaiting(context)
        guard waitingBytes <= limits.outgoingBytesMax else {
            refuse(.notReading(bytes: waitingBytes), promise, context)
            return
        }
        // A flush may change the writability, whose owner may send: not into the middle of this frame.
        isWriting = true
        write(payload, context, promise)
        isWriting = false
        tellWritability(context)
    }

    /// In pieces of one record, each flushed: NIOSSL keeps a buffer of the size of the largest flush for as long as the
    /// connection lasts, 256 KiB for one chunk of 128. (2.37 does not heed `maximumPreservedOutboundBufferCapacity`.)
    private func write(_ payload: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        var rest = payload
        let first = rest.readSlice(length: min(rest.readableBytes, Self.recordBytesMax - FrameCodec.headerBytes))
        // Length and payload in one buffer, because TLS makes a record of each.
        var piece = context.channel.allocator.buffer(
            capacity: FrameCodec.headerBytes + (first?.readableBytes ?? 0)
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

    /// What was sent, and the socket has not taken.
    private func bytesWaiting(_ context: ChannelHandlerContext) -> Int {
        do { return try context.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0 } catch {
            return 0  // Of a closed channel: what is written to it goes nowhere.
        }
    }

    // MARK: The end

    private func refuse(_ why: Disconnect, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        promise?.fail(why)
        end(why, context)
    }

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
        case let error as IOError:
            return .cut(SystemError.text(of: error))
        default:
            return .cut("\(error)")
        }
    }
}
