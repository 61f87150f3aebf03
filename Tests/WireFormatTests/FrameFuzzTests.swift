import ChangeLog
import FuzzRun
import NIOCore
import SyncSession
import Testing
import WireFormat

@Suite("Frames of a fuzzer")
struct FrameFuzzTests {
    @Test("are read or refused, by every end, and take no memory to speak of")
    func frames() {
        var run = FuzzRun("frames", short: 20_000)
        var luck = Luck(seed: run.seed)
        var pool = Self.samples(&luck)
        var read = 0
        for input in 0..<run.inputs {
            if input % 5_000 == 4_999 { pool = Self.samples(&luck) }
            let sample = run.pick(pool)
            // Mostly by whom it is for; now and then by another.
            let isRead = run.one(in: 8) ? run.pick(pool).isRead : sample.isRead
            if isRead(ByteBuffer(bytes: run.mutated(sample.payload))) { read += 1 }
        }
        #expect(run.finish(read: read) < FuzzRun.memoryBytesMax, "seed \(run.seed)")
        #expect(read > 0, "everything was refused, so nothing behind the reading was tried")
    }

    /// A good payload, and whether the end that it is for reads other bytes in its place.
    private struct Sample {
        let payload: [UInt8]
        let isRead: (ByteBuffer) -> Bool

        init<M: FrameMessage>(_ message: M) {
            payload = Array(message.payload().readableBytesView)
            isRead = { bytes in
                do { return try M.decode(bytes) != nil } catch { return false }
            }
        }

        /// Payloads in a stream.
        init(stream: [UInt8]) {
            payload = stream
            isRead = { bytes in
                var held = bytes
                do { return try FrameCodec.next(from: &held, limit: 100) != nil } catch { return false }
            }
        }
    }

    private static func samples(_ luck: inout Luck) -> [Sample] {
        let cover = OutboxCover(
            network: "corner",
            store: luck.store(),
            site: SiteID(luck.nonzero()),
            certificate: luck.bytes(1...300),
            first: luck.changeset(from: 1),
            last: ChangesetNumber(.max)
        )
        return luck.storeMessages().map { Sample($0) } + luck.hubMessages().map { Sample($0) }
            + luck.joinReplies().map { Sample($0) }
            + [
                Sample(luck.joinRequest()), Sample(OutboxFrame.part(luck.pushPart())), Sample(OutboxFrame.cover(cover)),
                Sample(stream: [0, 0, 0, 5] + luck.bytes(5...5) + [0, 0, 0, 0]),
            ]
    }
}
