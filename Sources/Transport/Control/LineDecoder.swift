import NIOCore

/// Lines that end with a newline; what is not ended in time by one is refused.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = [UInt8]

    /// A command's request is a few hundred bytes.
    static let lineBytesMax = 64 * 1_024

    struct TooLong: Error {}

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let bytes = buffer.readableBytesView
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            guard bytes.count <= Self.lineBytesMax else { throw TooLong() }
            return .needMoreData
        }
        context.fireChannelRead(wrapInboundOut(Array(bytes[..<end])))
        buffer.moveReaderIndex(to: end + 1)
        return .continue
    }

    /// A line without an end is no line.
    mutating func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        try decode(context: context, buffer: &buffer)
    }
}
