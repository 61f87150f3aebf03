import ChangeLog
import Crypto
import FoundationEssentials
import NIOCore
import SyncSession
import Testing
import WireFormat

/// The examples of docs/protocol.md, in the words of the code.
private enum Examples {
    static let (orderLine, stock, product) = (3, 1, 0)
    static let lineShape = TableShape(key: [.text, .integer], values: [.text, .integer])
    static let stockShape = TableShape(key: [.text, .text], values: [.counter, .counter])
    static let productShape = TableShape(key: [.text], values: [.text, .integer])
    static let noon = Stamp(milliseconds: 1_700_000_000_000)
    static let site = SiteID(0x0123_4567_89ab_cdef)

    static let operations: [(Operation, TableShape)] = [
        (
            Operation(
                .insert,
                table: orderLine,
                key: [.text("o-1"), .integer(1)],
                life: 1,
                stamp: noon,
                mask: 0b11,
                values: [.text("milk"), .integer(2000)]
            ), lineShape
        ),
        (
            Operation(
                .update,
                table: stock,
                key: [.text("nanjing-3"), .text("milk")],
                life: 1,
                stamp: noon,
                cause: 0,
                mask: 0b10,
                values: [.integer(-2000)]
            ), stockShape
        ),
        (
            Operation(
                .insert,
                table: orderLine,
                key: [.text("o-1"), .integer(2)],
                life: 3,
                stamp: Stamp(milliseconds: noon.milliseconds + 3),
                mask: 0b11,
                values: [.null, .integer(1500)]
            ),
            lineShape
        ),
        (
            Operation(
                .grant(column: 1, to: .hub, units: 500),
                table: stock,
                key: [.text("nanjing-3"), .text("milk")],
                life: 1,
                stamp: Stamp(milliseconds: noon.milliseconds + 3, counter: 1)
            ), stockShape
        ),
        (
            Operation(
                .delete,
                table: stock,
                key: [.text("nanjing-3"), .text("mint")],
                life: 2,
                stamp: Stamp(milliseconds: noon.milliseconds + 3, counter: 2)
            ), stockShape
        ),
    ]

    static let entries: [(FeedRow, TableShape, clocked: UInt64)] = {
        let clock = CellClock(stamp: noon, site: site)
        let later = CellClock(stamp: Stamp(milliseconds: noon.milliseconds + 1), site: SiteID(1))
        let milk = RowState(life: 1, values: [.text("Milk"), .integer(1290)], clocks: [clock, clock])
        let mint = RowState(life: 3, values: [.text("Mint"), .null], clocks: [clock, later])
        let stock = RowState(life: 1, values: [.integer(8000), .integer(6000)], clocks: [.zero, .zero])
        let ledger = [
            Holding(column: 1, holder: "hub", units: 1800), Holding(column: 1, holder: "nanjing-3", units: 4200),
        ]
        let note = Note(kind: .quarantine, id: 7, fields: [.text("nanjing-3"), .null, .integer(noon.milliseconds)])
        return [
            (row(41, product, [.text("milk")], .row(milk, ledger: [])), productShape, 0b11),
            (row(43, product, [.text("mint")], .row(mint, ledger: [])), productShape, 0b11),
            (row(44, Self.stock, [.text("nanjing-3"), .text("milk")], .row(stock, ledger: ledger)), stockShape, 0),
            (row(44, product, [.text("tea")], .gone(life: 2)), productShape, 0b11),
            (row(50, product, [.text("rice")], .evicted), productShape, 0b11),
            (row(50, 0, [], .note(note)), productShape, 0b11),
        ]
    }()

    private static func row(_ position: Int64, _ table: Int, _ key: [Value], _ content: FeedRow.Content) -> FeedRow {
        FeedRow(position: Position(position), table: table, key: key, content: content)
    }

    static func segment() -> [UInt8] {
        var writer = SegmentWriter()
        for (operation, shape) in operations { writer.write(operation, shape: shape) }
        return Array(writer.finish().joined())
    }

    static func chunk() -> [UInt8] {
        var writer = ChunkWriter()
        for (row, shape, clocked) in entries { writer.write(row, shape: shape, clocked: clocked) }
        return writer.finish()
    }

    static func header() throws -> ChangesetHeader {
        let segment = segment()
        return ChangesetHeader(
            site: site,
            number: ChangesetNumber(1),
            previous: .none,
            base: Cursor(epoch: Epoch(0xfeed), position: Position(40)),
            schemaVersion: 3,
            stampMax: Stamp(milliseconds: noon.milliseconds + 3, counter: 2),
            segments: 1,
            operations: 5,
            bytes: segment.count,
            bodyHash: try #require(ChangesetHash(SHA256.hash(data: segment)))
        )
    }
}

@Suite("The protocol document")
struct ProtocolDocumentTests {
    @Test("its segment is what the writer writes, and reads as what it says")
    func segment() throws {
        let shown = try example("segment")
        #expect(Examples.segment() == shown)
        var reader = SegmentReader(shown)
        for (operation, shape) in Examples.operations {
            #expect(try reader.next() == operation)
            #expect(reader.shape == shape)
        }
        #expect(try reader.next() == nil)
    }

    @Test("its chunk is what the writer writes, and reads as what it says")
    func chunk() throws {
        let shown = try example("chunk")
        #expect(Examples.chunk() == shown)
        var reader = ChunkReader(shown)
        for (row, _, clocked) in Examples.entries {
            var read = try #require(try reader.next())
            // The clocks of counters do not travel.
            if clocked == 0, case .row(var state, let ledger) = read.content {
                state.clocks = state.clocks.map { _ in .zero }
                read.content = .row(state, ledger: ledger)
            }
            #expect(read == row)
        }
        #expect(try reader.next() == nil)
    }

    @Test("its chain bytes and hash are those of its header")
    func chain() throws {
        let header = try Examples.header()
        #expect(header.chainBytes == (try example("chain")))
        #expect(Array(SHA256.hash(data: header.chainBytes)) == (try example("hash")))
    }

    @Test("its frames are what is sent", arguments: ["push", "ping", "unknown"])
    func frames(name: String) throws {
        let shown = try example(name)
        var stream = ByteBuffer(bytes: shown)
        let payload = try #require(try FrameCodec.next(from: &stream, limit: 4096))
        #expect(stream.readableBytes == 0)
        let message = try StoreMessage.decode(payload)
        switch name {
        case "push":
            let part = PushPart(
                number: ChangesetNumber(1),
                part: 0,
                header: try Examples.header(),
                bytes: Examples.segment()
            )
            #expect(message == .push(part))
        case "ping": #expect(message == .ping(Ping(id: 5000, wallMilliseconds: Examples.noon.milliseconds)))
        default:
            #expect(message == nil)
            return
        }
        var again = ByteBuffer()
        try FrameCodec.append(try #require(message).payload(), to: &again, limit: 4096)
        #expect(Array(again.readableBytesView) == shown)
    }

    @Test("its messages are those of linli.proto")
    func messages() throws {
        let proto = try file("Sources/WireMessages/linli.proto")
        #expect(try document().contains("```proto\n\(proto)```\n"))
    }

    @Test("its limits are the code's")
    func limits() throws {
        let text = try document()
        let standard = Limits.standard
        for (name, number) in [
            ("frame_bytes_max", standard.frameBytesMax), ("push_window_bytes", standard.pushWindowBytes),
            ("feed_window_bytes", standard.feedWindowBytes), ("least frame", Limits.frameBytesLeast),
            ("envelope", Limits.envelopeBytes), ("chunk target", Limits.chunkBytesTarget),
            ("segment target", SegmentWriter.segmentBytesTarget), ("chunk rows", Limits.chunkRowsMax),
            ("silence", Int(Limits.silenceMilliseconds)), ("heartbeat", Int(Limits.heartbeatMilliseconds)),
            ("handshake", Int(Limits.handshakeMilliseconds)), ("welcome", Int(Limits.welcomeMilliseconds)),
            ("pings at once", Int(Limits.pingsAtOnceMax)), ("key cells", TableShape.keyCellsMax),
            ("value cells", TableShape.valueCellsMax), ("tables", TableShape.tablesMax),
        ] {
            #expect(text.contains("| \(name) | \(number) |"), "\(name) is \(number)")
        }
        for code in Bye.Code.allCases { #expect(text.contains("| `\(code.rawValue)` |")) }
    }

    private func document() throws -> String { try file("docs/protocol.md") }

    private func file(_ path: String) throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let file = tests.appending(path: "../../" + path).path(percentEncoded: false)
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    /// The bytes of the block ```hex NAME: hexadecimal digits; what follows `#` on a line is said to the reader.
    private func example(_ name: String) throws -> [UInt8] {
        var isInside = false
        var digits = ""
        for line in try document().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isInside = line == "```hex \(name)" }
            guard isInside, !line.hasPrefix("```") else { continue }
            digits += line.prefix { $0 != "#" }.filter { $0 != " " }
        }
        try #require(!digits.isEmpty && digits.count % 2 == 0, "docs/protocol.md has no example '\(name)'")
        var bytes: [UInt8] = []
        var rest = digits[...]
        while !rest.isEmpty {
            bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
