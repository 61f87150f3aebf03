import NIOCore
import WireFormat

/// Cuts a byte stream into frames (`FrameCodec`), as it comes from the network.
///
/// Law: what is held of a frame grows with what came, not with what its length promises; and nothing is held of a
/// buffer that somebody else wants back.
struct FrameReader {
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
    /// - Throws: `WireError.frameTooLong` as soon as the length is there; the stream is of no use after that.
    mutating func next() throws(WireError) -> ByteBuffer? {
        try FrameCodec.next(from: &held, limit: frameBytesMax)
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
    var heldBytes: Int { held.storageCapacity }
}

extension ByteBuffer {
    /// The readable bytes in memory of their own, with none to spare.
    fileprivate func copied() -> ByteBuffer {
        var copy = ByteBufferAllocator().buffer(capacity: readableBytes)
        copy.writeImmutableBuffer(self)
        return copy
    }
}
