import Testing

@testable import ChangeLog

private let impossibleChanges: [(String, [UInt8])] = [
    ("an unknown kind", [0b0111_0011]),
    ("an unknown bit", [0b0100_0000, 0, 0]),
    ("an insert in an even life", [1 | 4, 2, 0, 0, 0, 0]),
    ("a delete in an odd life", [2 | 4, 1, 0, 0]),
    ("a delete in life 0", [2 | 4, 0, 0, 0]),
    ("a life beyond 31 bits", [1 | 4, 0x81, 0x80, 0x80, 0x80, 0x08, 0, 0, 0, 0]),
    ("a stamp before 1970", [2, 1, 0]),
    ("an effect of itself", [2 | 8, 0, 0, 0]),
    ("an effect of what was before the changeset", [2 | 8, 0, 1, 0]),
    ("a cell beyond the table's", [0 | 32, 0, 0, 4, 0]),
    ("a grant of a cell that is no counter", [35, 0, 0, 0, 3, 0x68, 0x75, 0x62, 1]),
    ("a grant of a cell beyond the table's", [35, 0, 0, 2, 3, 0x68, 0x75, 0x62, 1]),
    ("a grant to nobody", [35, 0, 0, 1, 0, 1]),
    ("a grant to a name that is none", [35, 0, 0, 1, 1, 0x20, 1]),
    ("a grant of nothing", [35, 0, 0, 1, 3, 0x68, 0x75, 0x62, 0]),
    ("a grant beyond 63 bits", [35, 0, 0, 1, 3, 0x68, 0x75, 0x62] + [UInt8](repeating: 0xff, count: 9) + [1]),
    ("a grant in an even life", [35 | 4, 2, 0, 0, 1, 3, 0x68, 0x75, 0x62, 1]),
    ("a number beyond 64 bits", [2] + [UInt8](repeating: 0xff, count: 9) + [2, 0]),
    ("a table in two shapes", [3, 0, 1, 2, 0]),
    ("a table without a key", [3, 1, 0, 0]),
    ("a table beyond those there may be", [3, 0x80, 0x08, 1, 0, 0]),
    ("a key of more cells than there may be", [3, 1, 17, 0, 0, 0, 0, 0, 0]),
    ("more value cells than there may be", [3, 1, 1, 62] + [UInt8](repeating: 0, count: 16)),
]

@Suite("Segments")
struct SegmentTests {
    @Test("what is written is read back, whatever it is, over many tables and segments", arguments: UInt64(1)...60)
    func roundtrip(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        let shapes = (0..<luck.number(1...6)).map { _ in luck.shape() }
        let tables = shapes.indices.map { $0 == 1 ? TableShape.tablesMax - 1 : $0 }
        let target = luck.pick([1, 40, 400, 100_000])
        var writer = SegmentWriter(segmentBytesTarget: target)
        var written: [Operation] = []
        var segments: [[UInt8]] = []
        for place in 0..<luck.number(1...200) {
            let index = luck.number(0...shapes.count - 1)
            written.append(luck.operation(table: tables[index], shape: shapes[index], place: place))
            writer.write(written[place], shape: shapes[index])
            if luck.once(in: 50) { segments += writer.takeFinished() }
        }
        segments += writer.finish()

        var read: [Operation] = []
        for (index, segment) in segments.enumerated() {
            #expect(index == segments.count - 1 || segment.count >= target)
            var reader = SegmentReader(segment, place: read.count)
            while let operation = try reader.next() {
                let table = try #require(tables.firstIndex(of: operation.table))
                #expect(reader.shape == shapes[table])
                read.append(operation)
            }
            #expect(reader.place == read.count)
        }
        #expect(read == written)
        #expect(writer.count == written.count)
    }

    @Test("an empty changeset has no segment, and a finished writer begins anew")
    func empty() throws {
        var writer = SegmentWriter()
        #expect(writer.finish().isEmpty)
        let shape = TableShape(key: [.text], values: [.integer])
        let insert = Operation(
            .insert,
            table: 3,
            key: [.text("a")],
            life: 1,
            stamp: .zero,
            mask: 1,
            values: [.integer(5)]
        )
        writer.write(insert, shape: shape)
        let first = writer.finish()
        writer.write(insert, shape: shape)
        #expect(writer.finish() == first)
        #expect(writer.finish().isEmpty)
    }

    @Test("an effect in a later segment still names its cause")
    func causes() throws {
        let shape = TableShape(key: [.integer], values: [.counter])
        var writer = SegmentWriter(segmentBytesTarget: 1)
        let sale = Operation(
            .insert,
            table: 0,
            key: [.integer(1)],
            life: 1,
            stamp: .zero,
            mask: 1,
            values: [.integer(1)]
        )
        var stock = sale
        stock.kind = .update
        stock.cause = 0
        writer.write(sale, shape: shape)
        writer.write(stock, shape: shape)
        let segments = writer.finish()
        #expect(segments.count == 2)
        var reader = SegmentReader(segments[1], place: 1)
        #expect(try reader.next() == stock)
        // Without the place, the effect would name something before the changeset.
        var lost = SegmentReader(segments[1])
        #expect(throws: MalformedBytes.self) { try lost.next() }
    }

    @Test("a grant keeps its cause and the life of its row")
    func grants() throws {
        let shape = TableShape(key: [.text], values: [.integer, .counter])
        var writer = SegmentWriter()
        let first = Operation(.delete, table: 1, key: [.text("a")], life: 2, stamp: .zero)
        let grant = Operation(
            .grant(column: 1, to: Samples.store, units: 12),
            table: 1,
            key: [.text("a")],
            life: 3,
            stamp: .zero,
            cause: 0
        )
        writer.write(first, shape: shape)
        writer.write(grant, shape: shape)
        var reader = SegmentReader(writer.finish().joined().map { $0 })
        #expect(try reader.next() == first)
        #expect(try reader.next() == grant)
        #expect(try reader.next() == nil)
    }

    @Test("a change that no node can make is refused", arguments: impossibleChanges)
    func impossible(what: String, entry: [UInt8]) throws {
        // Table 0: one integer key, an integer and a counter.
        let table: [UInt8] = [3, 0, 1, 2, 0b11_00_00]
        var reader = SegmentReader(table + entry)
        #expect(throws: MalformedBytes.self, "\(what)") { while try reader.next() != nil {} }
    }

    @Test("an operation before its table is refused", arguments: [0, 1, 2, 35] as [UInt8])
    func noTable(tag: UInt8) {
        var reader = SegmentReader([tag, 0, 0, 0, 0, 0])
        #expect(throws: MalformedBytes.self) { try reader.next() }
    }

    @Test("the longest table number, a full mask and the ends of 64 bits are what they are")
    func extremes() throws {
        let shape = TableShape(
            key: Array(repeating: .integer, count: TableShape.keyCellsMax),
            values: Array(repeating: .integer, count: TableShape.valueCellsMax)
        )
        let ends: [Int64] = [.min, .max, .min, 0, -1, .max, .min]
        var writer = SegmentWriter()
        var written: [Operation] = []
        for (index, end) in ends.enumerated() {
            var values = shape.values.map { _ in Value.integer(end) }
            values[60] = index % 2 == 0 ? .null : .integer(end)
            let operation = Operation(
                .insert,
                table: TableShape.tablesMax - 1,
                key: shape.key.map { _ in .integer(end) },
                life: 1,
                stamp: index % 2 == 0 ? Stamp(milliseconds: .max, counter: .max) : .zero,
                mask: shape.fullMask,
                values: values
            )
            written.append(operation)
            writer.write(operation, shape: shape)
        }
        var read: [Operation] = []
        var reader = SegmentReader(writer.finish().joined().map { $0 })
        while let operation = try reader.next() { read.append(operation) }
        #expect(read == written)
    }
}
