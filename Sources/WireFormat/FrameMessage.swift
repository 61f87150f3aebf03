public import NIOCore
import SwiftProtobuf

/// A message that is the payload of a frame.
///
/// Law: `decode(m.payload())` is `m` for every message that the protocol allows, and `decode` of any bytes whatever
/// returns or throws.
public protocol FrameMessage: Sendable {
    /// The payload: protobuf, without the frame's length.
    func payload() -> ByteBuffer

    /// Reads a payload. nil when it is a frame of a later version, which is to be skipped.
    ///
    /// - Throws: `WireError` when it is not readable, or a field is out of its bounds. Unknown fields are skipped.
    static func decode(_ payload: ByteBuffer) throws(WireError) -> Self?
}

/// Lets SwiftProtobuf write into a `ByteBuffer`, and read from one, without a copy between.
struct PayloadBytes: SwiftProtobufContiguousBytes {
    private(set) var buffer: ByteBuffer

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    init(repeating byte: UInt8, count: Int) {
        buffer = ByteBufferAllocator().buffer(capacity: count)
        buffer.writeRepeatingByte(byte, count: count)
    }

    init(_ bytes: some Sequence<UInt8>) { buffer = ByteBuffer(bytes: bytes) }

    var count: Int { buffer.readableBytes }

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try buffer.withUnsafeReadableBytes(body)
    }

    mutating func withUnsafeMutableBytes<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
        try buffer.withUnsafeMutableReadableBytes(body)
    }
}

extension Message {
    /// The payload of a frame that we made ourselves.
    func payload() -> ByteBuffer {
        do {
            let bytes: PayloadBytes = try serializedBytes()
            return bytes.buffer
        } catch {
            preconditionFailure("a frame of ours cannot be written: \(error)")
        }
    }

    /// Reads what a peer sent as this frame. Unknown fields are not kept: nothing is passed on, and they would cost
    /// memory.
    init(payload: ByteBuffer, frame: String) throws(WireError) {
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        options.messageDepthLimit = 8
        do { try self.init(serializedBytes: PayloadBytes(payload), options: options) } catch {
            throw .unreadable(frame: frame)
        }
    }
}
