import Testing

@testable import ChangeLog

private let impossibleEntries: [(String, [UInt8])] = [
    ("an unknown kind", [0b0000_1011]),
    ("an unknown bit", [0b0100_0000]),
    ("a live row in an even life", [4, 2, 0, 0, 0, 0, 0]),
    ("a dead row in an odd life", [1, 1, 0, 0]),
    ("a position beyond 63 bits", [2] + [UInt8](repeating: 0xff, count: 8) + [0x7f, 0]),
    ("a position beyond 64 bits", [2] + [UInt8](repeating: 0xff, count: 9) + [0x01, 0]),
    ("a site that was not named", [0, 0, 0, 0, 2, 0]),
    ("a clock before 1970", [0, 0, 0, 1, 0, 0]),
    ("more clocks than cells", [8, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]),
    ("a clock of a cell that is not there", [8, 0, 0, 0, 0, 1, 1, 0, 0, 0]),
    ("rights in a column that is not there", [32, 0, 0, 0, 0, 0, 1, 1, 1, 0x61, 2]),
    ("rights of a holder that is no text", [32, 0, 0, 0, 0, 0, 1, 0, 1, 0xff, 2]),
    ("more rights than bytes", [32, 0, 0, 0, 0, 0, 0xff, 0xff, 0x7f]),
    ("a note of an unknown kind", [7, 0, 9, 1, 0]),
    ("a note whose number is beyond 63 bits", [7, 0, 0] + [UInt8](repeating: 0xff, count: 9) + [1, 0]),
    ("a note's field of an unknown type", [7, 0, 0, 1, 1, 4]),
    ("a table in two shapes", [3, 0, 1, 1, 0]),
    ("a table beyond those there may be", [3, 0x80, 0x08, 1, 0, 0]),
]

@Suite("Chunks")
struct ChunkTests {
    @Test("what is written is read back, with the clocks that travel", arguments: UInt64(1)...60)
    func roundtrip(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        let shapes = (0..<luck.number(1...6)).map { _ in luck.shape() }
        let clocked = shapes.map { luck.once(in: 5) ? 0 : luck.next() & $0.fullMask }
        var writer = ChunkWriter()
        var written: [(FeedRow, Int)] = []
        for _ in 0..<luck.number(1...150) {
            let table = luck.number(0...shapes.count - 1)
            let row = luck.feedRow(
                table: table,
                shape: shapes[table],
                after: written.last?.0.position ?? .start
            )
            written.append((row, table))
            writer.write(row, shape: shapes[table], clocked: clocked[table])
        }
        #expect(writer.count == written.count)
        #expect(writer.byteCount == writer.finish().count)

        var reader = ChunkReader(writer.finish())
        for (expected, table) in written {
            let row = try #require(try reader.next())
            #expect(row.position == expected.position)
            #expect(row.table == expected.table)
            #expect(row.key == expected.key)
            guard case .row(let state, let ledger) = expected.content else {
                #expect(row.content == expected.content)
                continue
            }
            guard case .row(let gotState, let gotLedger) = row.content else {
                Issue.record("a row was read as \(row.content)")
                return
            }
            #expect(reader.shape == shapes[table])
            #expect(gotState.life == state.life)
            #expect(gotState.values == state.values)
            #expect(gotLedger == ledger)
            for cell in state.clocks.indices where clocked[table] >> UInt64(cell) & 1 == 1 {
                #expect(gotState.clocks[cell] == state.clocks[cell])
            }
        }
        #expect(try reader.next() == nil)
    }

    @Test("the clock of most cells is written once, and a row without clocked cells costs two bytes for it")
    func clocks() {
        let shape = TableShape(key: [.integer], values: Array(repeating: .integer, count: 20))
        let (old, new) = (
            CellClock(stamp: Stamp(milliseconds: 1_700_000_000_000), site: SiteID(1)),
            CellClock(stamp: Stamp(milliseconds: 1_700_000_060_000), site: SiteID(2))
        )
        func bytes(_ clocks: [CellClock], clocked: [UInt64]) -> Int {
            var writer = ChunkWriter()
            for (number, clocked) in clocked.enumerated() {
                let state = RowState(life: 1, values: shape.values.map { _ in .integer(0) }, clocks: clocks)
                let row = FeedRow(
                    position: Position(Int64(number)),
                    table: 0,
                    key: [.integer(Int64(number))],
                    content: .row(state, ledger: [])
                )
                writer.write(row, shape: shape, clocked: clocked)
            }
            return writer.byteCount
        }
        let (all, alike) = (shape.fullMask, Array(repeating: old, count: 20))
        // The first cell was written later than the others: one exception a row, not nineteen.
        let oneNewer = bytes([new] + alike.dropFirst(), clocked: [all, all])
        #expect(oneNewer < bytes(alike, clocked: [all, all]) + 40)
        // The table takes 10 bytes, each row 5 and its 20 cells, and the first naming of a site 8.
        #expect(bytes(alike, clocked: [0, 0]) == 10 + 2 * 25 + 8)
        #expect(bytes(alike, clocked: [all, 0, all]) == bytes(alike, clocked: [all, all, all]))
    }

    @Test("an entry that the hub cannot mean is refused", arguments: impossibleEntries)
    func impossible(what: String, entry: [UInt8]) {
        // Table 0: one integer key, one counter. Then a row at position 1: site 1 is named.
        let table: [UInt8] = [3, 0, 1, 1, 0b1100]
        let row: [UInt8] = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        var reader = ChunkReader(table + row + entry)
        #expect(throws: Never.self) { try reader.next() }
        #expect(throws: MalformedBytes.self, "\(what)") { while try reader.next() != nil {} }
    }

    @Test("an entry before its table is refused, save a note", arguments: [0, 1, 2] as [UInt8])
    func noTable(tag: UInt8) throws {
        var reader = ChunkReader([tag, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: MalformedBytes.self) { try reader.next() }
        var note = ChunkReader([7, 5, 1, 9, 0])
        let content = FeedRow.Content.note(Note(kind: .quarantine, id: 9, fields: []))
        let expected = FeedRow(position: Position(5), table: 0, key: [], content: content)
        #expect(try note.next() == expected)
    }
}
