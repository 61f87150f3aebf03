public import NIOCore

/// The envelope of a frame, both ways and in every version:
///
///     length   4 bytes, big-endian: bytes of the payload, without these four
///     payload  one protobuf message (linli.proto), possibly empty
///
/// Law: a length above the limit is an error as soon as its four bytes are there, so nothing of such a frame is ever
/// held.
public enum FrameCodec {
    public static let headerBytes = 4

    /// Appends one frame to what is about to be sent. `limit` is the greatest payload that the receiver takes, in bytes.
    ///
    /// - Throws: `WireError.frameTooLong`, and appends nothing.
    public static func append(_ payload: ByteBuffer, to out: inout ByteBuffer, limit: Int) throws(WireError) {
        guard payload.readableBytes <= min(limit, Int(UInt32.max)) else {
            throw .frameTooLong(bytes: payload.readableBytes, bytesMax: limit)
        }
        out.reserveCapacity(minimumWritableBytes: headerBytes + payload.readableBytes)
        out.writeInteger(UInt32(payload.readableBytes))
        out.writeImmutableBuffer(payload)
    }

    /// Takes the payload of the next whole frame off the front: a view of `received`, not a copy. nil, and nothing is
    /// taken, while the frame is not whole.
    ///
    /// - Throws: `WireError.frameTooLong`; what follows in the stream means nothing any more.
    public static func next(from received: inout ByteBuffer, limit: Int) throws(WireError) -> ByteBuffer? {
        guard let length = received.getInteger(at: received.readerIndex, as: UInt32.self) else { return nil }
        guard length <= limit else { throw .frameTooLong(bytes: Int(length), bytesMax: limit) }
        guard received.readableBytes >= headerBytes + Int(length) else { return nil }
        received.moveReaderIndex(forwardBy: headerBytes)
        return received.readSlice(length: Int(length))
    }
}
