import SplitMix
import NIOCore
import Testing
import WireFormat

@testable import Transport

@Suite("Frames in a stream of bytes")
struct FrameReaderTests {
    @Test("come out as they went in, however the stream is cut")
    func anyCut() throws {
        let seed = UInt64.random(in: .min ... .max)
        var luck = SplitMix64(seed: seed)
        for round in 0..<200 {
            let frames = (0..<20).map { number in
                [UInt8](repeating: UInt8(number), count: Int.random(in: 0...300, using: &luck))
            }
            var stream = ByteBuffer()
            for frame in frames {
                stream.writeInteger(UInt32(frame.count))
                stream.writeBytes(frame)
            }
            var reader = FrameReader(frameBytesMax: 300)
            var out: [[UInt8]] = []
            while stream.readableBytes > 0 {
                let length = min(stream.readableBytes, Int.random(in: 1...500, using: &luck))
                let piece = stream.readSlice(length: length)
                reader.take(try #require(piece))
                while let frame = try reader.next() { out.append(Array(frame.readableBytesView)) }
                reader.settle()
            }
            #expect(out == frames, "seed \(seed), round \(round)")
            #expect(reader.heldBytes == 0, "seed \(seed), round \(round)")
        }
    }

    @Test("are refused when they are announced too long, before any of them is held")
    func tooLong() throws {
        var reader = FrameReader(frameBytesMax: 1_000)
        reader.take(ByteBuffer(bytes: [0xff, 0xff, 0xff]))
        #expect(try reader.next() == nil)
        reader.settle()
        reader.take(ByteBuffer(bytes: [0xff]))
        #expect(throws: WireError.frameTooLong(bytes: 0xffff_ffff, bytesMax: 1_000)) { try reader.next() }
    }

    @Test("that are announced long and come slowly take only the memory of what came")
    func slowFrame() throws {
        var reader = FrameReader(frameBytesMax: 1 << 30)
        reader.take(ByteBuffer(integer: UInt32(1 << 30)))
        #expect(try reader.next() == nil)
        reader.settle()
        for _ in 0..<1_000 {
            reader.take(ByteBuffer(bytes: [1]))
            #expect(try reader.next() == nil)
            reader.settle()
        }
        #expect(reader.heldBytes <= 4_096)
    }

    @Test("that are not whole do not keep the receive buffer that their beginning came in")
    func borrowedMemory() throws {
        var large = ByteBuffer(repeating: 0, count: 64 * 1_024)
        large.clear()
        large.writeInteger(UInt32(10))
        large.writeBytes([1, 2, 3])
        var reader = FrameReader(frameBytesMax: 1_000)
        reader.take(large)
        #expect(try reader.next() == nil)
        reader.settle()
        #expect(reader.heldBytes <= 64)
    }
}
