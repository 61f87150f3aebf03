import NIOCore

/// Stands before TLS until the first six bytes are there, and lets only the beginning of a TLS ClientHello through
/// (record type 22, version 3.x, two bytes of length, message type 1). Anything else gets a closed connection and not
/// one byte: a TLS library would answer with an alert, which tells a scanner what listens here.
final class PlainTextGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let beginning: [UInt8?] = [22, 3, nil, nil, nil, 1]

    private let check: PeerCheck
    private var held = ByteBuffer()

    init(_ check: PeerCheck) { self.check = check }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        held.writeImmutableBuffer(unwrapInboundIn(data))
        let isHello = zip(held.readableBytesView, Self.beginning).allSatisfy { byte, wanted in byte == wanted ?? byte }
        guard isHello else {
            held.clear()
            check.fail(.plainText)
            context.close(promise: nil)
            return
        }
        guard held.readableBytes >= Self.beginning.count else { return }
        let hello = held
        context.fireChannelRead(wrapInboundOut(hello))
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
