import ChangeLog
import FuzzRun
import NIOCore
import Replica
import SyncSession
import Testing
import WireFormat

@testable import SessionWork

@Suite("Outbox files of a fuzzer")
struct OutboxFuzzTests {
    private static let witness = PushWitness(certificate: [1]) { $1.bytes == $0.bytes + $0.bytes }

    /// A good file: three changesets, of one, three and one parts, signed at the end.
    private static func file() throws -> [UInt8] {
        var out = ByteBuffer(bytes: OutboxFile.magic)
        let cover = OutboxCover(
            network: "corner",
            store: try #require(NodeName("north")),
            site: SiteID(9),
            certificate: [1],
            first: ChangesetNumber(1),
            last: ChangesetNumber(3)
        )
        try FrameCodec.append(OutboxFrame.cover(cover).payload(), to: &out, limit: OutboxFile.frameBytesMax)
        var previous = ChangesetHash.none
        for (number, parts) in [(Int64(1), 1), (2, 3), (3, 1)] {
            let segments = (0..<parts).map { [UInt8](repeating: UInt8($0), count: 20) }
            var body = BodyHasher()
            for segment in segments { body.add(segment) }
            let header = ChangesetHeader(
                site: SiteID(9),
                number: ChangesetNumber(number),
                previous: previous,
                base: .start,
                schemaVersion: 1,
                stampMax: .zero,
                segments: parts,
                operations: parts,
                bytes: 20 * parts,
                bodyHash: body.finish()
            )
            previous = header.hash
            for (place, segment) in segments.enumerated() {
                var part = PushPart(
                    number: header.number,
                    part: place,
                    header: place == 0 ? header : nil,
                    bytes: segment
                )
                if number == 3 { part.signature = ChangesetSignature(previous.bytes + previous.bytes) }
                try FrameCodec.append(OutboxFrame.part(part).payload(), to: &out, limit: OutboxFile.frameBytesMax)
            }
        }
        return Array(out.readableBytesView)
    }

    /// Whether the file passes, in pieces of any size.
    private static func passes(_ file: [UInt8], _ run: inout FuzzRun) throws(OutboxFault) -> Bool {
        var reader = OutboxReader()
        var check: OutboxCheck?
        var rest = file[...]
        while true {
            while let frame = try reader.next() {
                switch (frame, check) {
                case (.cover(let cover), nil): check = OutboxCheck(cover, witness: witness)
                case (.part(let part), .some(var open)):
                    _ = try open.take(part)
                    check = open
                default: return false
                }
            }
            guard !rest.isEmpty else { break }
            let piece = rest.prefix(1 + run.below(400))
            rest = rest.dropFirst(piece.count)
            reader.take(Array(piece))
        }
        try check?.finish()
        return check != nil && reader.waiting == 0
    }

    @Test("pass only when they are what the store wrote; a length without end is refused at once")
    func files() throws {
        var run = FuzzRun("outbox files", short: 3_000)
        let good = try Self.file()
        #expect(try Self.passes(good, &run))
        var passed = 0
        for _ in 0..<run.inputs {
            let bytes = run.mutated(good)
            do {
                guard try Self.passes(bytes, &run) else { continue }
                // What protobuf does not care for: a field given twice, an unknown one, the cover's own words.
                passed += 1
            } catch {
                #expect("\(error)".contains("; "))
            }
        }
        #expect(run.finish(read: passed) < FuzzRun.memoryBytesMax, "seed \(run.seed)")
        #expect(passed < run.inputs / 2, "seed \(run.seed)")
    }

    @Test("of which any byte of a changeset was changed do not pass")
    func everyByte() throws {
        var run = FuzzRun("outbox bytes", short: 1)
        let good = try Self.file()
        // The cover says whose they are; the certificate and the hub judge that.
        let cover = OutboxFile.magic.count + 4 + Int(good[OutboxFile.magic.count + 3])
        for place in cover..<good.count {
            var bytes = good
            bytes[place] ^= 0x04
            var isGood = false
            do { isGood = try Self.passes(bytes, &run) } catch {}
            #expect(!isGood, "byte \(place)")
        }
        for length in 0..<good.count {
            var isGood = false
            do { isGood = try Self.passes(Array(good.prefix(length)), &run) } catch {}
            #expect(!isGood, "cut at \(length)")
        }
    }
}
