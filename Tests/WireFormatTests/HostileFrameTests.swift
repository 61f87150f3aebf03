import NIOCore
import SyncSession
import Testing
import WireFormat

@Suite("Hostile frames")
struct HostileFrameTests {
    @Test("a payload cut at any byte is refused, or read as what came", arguments: UInt64(1)...3)
    func cuts(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        for payload in payloads(&luck) {
            for length in 0..<payload.count { decodeAll(payload.prefix(length)) }
        }
    }

    @Test("no mutation of any frame can trap, and what is read can be sent on", arguments: UInt64(1)...50)
    func mutations(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        for _ in 0..<10 {
            for payload in payloads(&luck) {
                for _ in 0..<10 { decodeAll(luck.mutated(payload)) }
            }
        }
    }

    @Test("no bytes at all can trap", arguments: UInt64(1)...20)
    func noise(seed: UInt64) {
        var luck = Luck(seed: seed)
        for _ in 0..<500 { decodeAll(luck.bytes(0...60)) }
    }

    @Test("messages in messages without end are refused, not followed")
    func nesting() {
        // Groups of an unknown field, opened 100,000 times.
        decodeAll([UInt8](repeating: 0xfb, count: 100_000))
        var nested: [UInt8] = []
        for _ in 0..<1000 { nested = [0x0a, UInt8(min(nested.count, 127))] + nested.prefix(127) }
        decodeAll(nested)
    }

    /// One of each kind.
    private func payloads(_ luck: inout Luck) -> [[UInt8]] {
        var messages: [any FrameMessage] = luck.storeMessages()
        messages += luck.hubMessages() as [any FrameMessage]
        messages += luck.joinReplies() as [any FrameMessage]
        messages.append(luck.joinRequest())
        return messages.map { Array($0.payload().readableBytesView) }
    }

    private func decodeAll(_ bytes: some Collection<UInt8>) {
        let payload = ByteBuffer(bytes: bytes)
        decode(StoreMessage.self, payload)
        decode(HubMessage.self, payload)
        decode(JoinRequest.self, payload)
        decode(JoinReply.self, payload)
    }

    private func decode<M: FrameMessage & Equatable>(_ type: M.Type, _ payload: ByteBuffer) {
        do {
            guard let message = try M.decode(payload) else { return }
            // Whatever was let in is a message: it goes out again, and comes back the same.
            #expect(try M.decode(message.payload()) == message)
        } catch { #expect([.protocolError, .version].contains(error.bye.code)) }
    }
}

@Suite("Frames in a stream")
struct FrameCodecTests {
    @Test("frames come out as they went in, in whatever pieces the stream comes", arguments: UInt64(1)...50)
    func pieces(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        let payloads = (0..<20).map { _ in ByteBuffer(bytes: luck.bytes(0...luck.pick([0, 3, 300]))) }
        var stream = ByteBuffer()
        for payload in payloads { try FrameCodec.append(payload, to: &stream, limit: 300) }
        #expect(stream.readableBytes == payloads.reduce(0) { $0 + 4 + $1.readableBytes })

        var held = ByteBuffer()
        var read: [ByteBuffer] = []
        while let piece = stream.readSlice(length: min(luck.int(1...luck.pick([1, 9, 500])), stream.readableBytes)),
            piece.readableBytes > 0
        {
            held.writeImmutableBuffer(piece)
            while let payload = try FrameCodec.next(from: &held, limit: 300) { read.append(payload) }
        }
        #expect(read == payloads)
        #expect(held.readableBytes == 0)
    }

    @Test("a length above the limit is refused before one byte of it came")
    func tooLong() throws {
        for length in [301, 0x7fff_ffff, 0xffff_ffff] as [UInt32] {
            var held = ByteBuffer(integer: length)
            #expect(throws: WireError.frameTooLong(bytes: Int(length), bytesMax: 300)) {
                try FrameCodec.next(from: &held, limit: 300)
            }
        }
        var exact = ByteBuffer(integer: UInt32(300))
        #expect(try FrameCodec.next(from: &exact, limit: 300) == nil)
        #expect(exact.readableBytes == 4, "nothing is taken while the frame is not whole")
    }

    @Test("a payload above the receiver's limit is not sent, nor a part of it")
    func tooLongToSend() throws {
        var out = ByteBuffer(bytes: [9])
        let payload = ByteBuffer(repeating: 1, count: 301)
        #expect(throws: WireError.frameTooLong(bytes: 301, bytesMax: 300)) {
            try FrameCodec.append(payload, to: &out, limit: 300)
        }
        #expect(out == ByteBuffer(bytes: [9]))
    }

    @Test("a negative length is a great one")
    func negative() {
        var held = ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 1, 2, 3])
        #expect(throws: WireError.self) { try FrameCodec.next(from: &held, limit: .max >> 33) }
    }
}
