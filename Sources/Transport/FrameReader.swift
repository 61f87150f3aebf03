import NIOCore

/// Cuts a byte stream into frames.
///
///     frame   length: UInt32, big-endian, without itself
///             payload: `length` bytes
///
/// Law: a length above `frameBytesMax` is an error as soon as its four bytes are there, before any of the payload is
/// held; and what is held of a frame grows with what came, not with what the length promises.
struct FrameReader {
    static let headerBytes = 4

    let frameBytesMax: Int
    private var held = ByteBuffer()
    /// `held` is a part of a larger buffer that somebody else wants back.
    private var isBorrowed = false

    init(frameBytesMax: Int) { self.frameBytesMax = frameBytesMax }

    /// Takes what the network brought. Then call `next` until it is nil, then `settle`.
    mutating func take(_ bytes: ByteBuffer) {
        if held.readableBytes == 0 {
            held = bytes
            isBorrowed = true
        } else {
            held.writeImmutableBuffer(bytes)
        }
    }

    /// The payload of the next whole frame, a view of the bytes taken: decode it and let it go.
    ///
    /// - Throws: `FrameTooLong`; the stream is of no use after that.
    mutating func next() throws(FrameTooLong) -> ByteBuffer? {
        guard let length = held.getInteger(at: held.readerIndex, as: UInt32.self) else { return nil }
        guard length <= frameBytesMax else { throw FrameTooLong(bytes: Int(length), bytesMax: frameBytesMax) }
        guard held.readableBytes >= Self.headerBytes + Int(length) else { return nil }
        held.moveReaderIndex(forwardBy: Self.headerBytes)
        return held.readSlice(length: Int(length))
    }

    /// Gives borrowed memory back: an idle connection holds no buffer, one in the middle of a frame its own.
    mutating func settle() {
        guard isBorrowed else {
            if held.readableBytes == 0 { held = ByteBuffer() }
            return
        }
        held = held.readableBytes == 0 ? ByteBuffer() : held.copied()
        isBorrowed = false
    }

    /// Bytes of memory that the reader itself keeps.
    var heldBytes: Int { held.capacity }
}

/// A peer announced a frame that is longer than was agreed.
public struct FrameTooLong: Error, Hashable, Sendable, CustomStringConvertible {
    public let bytes: Int
    public let bytesMax: Int

    public init(bytes: Int, bytesMax: Int) {
        self.bytes = bytes
        self.bytesMax = bytesMax
    }

    public var description: String {
        "a frame of \(bytes) bytes, where \(bytesMax) are allowed; check that both ends run compatible versions"
    }
}

extension ByteBuffer {
    /// The readable bytes in memory of their own, with none to spare.
    fileprivate func copied() -> ByteBuffer {
        var copy = ByteBufferAllocator().buffer(capacity: readableBytes)
        copy.writeImmutableBuffer(self)
        return copy
    }
}
