import NIOCore
import SyncSession
import WireFormat

/// Cuts what one connection brings into frames.
///
/// Law: bytes that are no frames end it; what follows them is not looked at.
struct FrameInbox {
    private var held = ByteBuffer()

    /// Takes what came; then `next` until it is nil.
    mutating func take(_ bytes: ByteBuffer) {
        if held.readableBytes == 0 { held = bytes } else { held.writeImmutableBuffer(bytes) }
    }

    mutating func next() throws(WireError) -> ByteBuffer? {
        try FrameCodec.next(from: &held, limit: Limits.standard.frameBytesMax)
    }

    /// A payload as it goes onto the line.
    static func frame(_ payload: ByteBuffer) -> ByteBuffer {
        var out = ByteBuffer()
        do { try FrameCodec.append(payload, to: &out, limit: Limits.standard.frameBytesMax) } catch {
            preconditionFailure("a session of ours made a frame that its own limits forbid: \(error)")
        }
        return out
    }
}
