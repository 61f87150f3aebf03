import Testing

@testable import ChangeLog

@Suite("Hostile bytes")
struct HostileBytesTests {
    /// Decoded bytes for each byte that came: NULLs and clocks of a table of 61 cells are the worst.
    private static let growthMax = 400

    @Test("no mutation of a segment can trap, or grow beyond measure", arguments: UInt64(1)...25)
    func segments(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        for _ in 0..<40 {
            let shapes = (0..<luck.number(1...3)).map { _ in luck.shape() }
            var writer = SegmentWriter()
            for place in 0..<luck.number(1...8) {
                let table = luck.number(0...shapes.count - 1)
                writer.write(luck.operation(table: table, shape: shapes[table], place: place), shape: shapes[table])
            }
            let segment = Array(writer.finish().joined())
            for _ in 0..<40 {
                let bytes = luck.mutated(segment)
                var reader = SegmentReader(bytes)
                var size = 0
                var read: [(Operation, TableShape?)] = []
                do {
                    while let operation = try reader.next() {
                        size += operation.key.bytes + operation.values.bytes
                        read.append((operation, reader.shape))
                    }
                } catch { #expect(error.offset <= bytes.count) }
                #expect(size <= Self.growthMax * (bytes.count + 1))
                for (entry, shape) in read { try rewrite(entry, shape) }
            }
        }
    }

    @Test("no mutation of a chunk can trap, or grow beyond measure", arguments: UInt64(1)...25)
    func chunks(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        for _ in 0..<40 {
            let shapes = (0..<luck.number(1...3)).map { _ in luck.shape() }
            var writer = ChunkWriter()
            var position = Position.start
            for _ in 0..<luck.number(1...8) {
                let table = luck.number(0...shapes.count - 1)
                let row = luck.feedRow(table: table, shape: shapes[table], after: position)
                position = row.position
                writer.write(row, shape: shapes[table], clocked: luck.next() & shapes[table].fullMask)
            }
            let chunk = writer.finish()
            for _ in 0..<40 {
                let bytes = luck.mutated(chunk)
                var reader = ChunkReader(bytes)
                var size = 0
                var read: [(FeedRow, TableShape?)] = []
                do {
                    while let row = try reader.next() {
                        size += row.key.bytes
                        if case .row(let state, let ledger) = row.content {
                            size += state.values.bytes + state.clocks.count * 24 + ledger.count * 40
                        }
                        if case .note(let note) = row.content { size += note.fields.bytes }
                        read.append((row, reader.shape))
                    }
                } catch { #expect(error.offset <= bytes.count) }
                #expect(size <= Self.growthMax * (bytes.count + 1))
                for (entry, shape) in read { try rewrite(entry, shape) }
            }
        }
    }

    @Test("every proper prefix of a piece is refused or ends between two entries")
    func cuts() throws {
        var luck = Luck(seed: 7)
        let shape = TableShape(key: [.text], values: [.integer, .text, .counter])
        var writer = SegmentWriter()
        var ends: [Int: Int] = [0: 0]
        for place in 0..<12 {
            writer.write(luck.operation(table: 0, shape: shape, place: place), shape: shape)
            var copy = writer
            ends[copy.finish().joined().count] = place + 1
        }
        let segment = Array(writer.finish().joined())
        for length in 0...segment.count {
            var reader = SegmentReader(Array(segment.prefix(length)))
            var count = 0
            do {
                while try reader.next() != nil { count += 1 }
                // The table alone, before its first operation, is a whole piece too.
                #expect(ends[length] == count || length == 5)
            } catch { #expect(ends[length] == nil) }
        }
    }

    @Test("a text shares no more than 64 bytes with the one before, so that two bytes never stand for a megabyte")
    func sharing() throws {
        let shape = TableShape(key: [.text], values: [])
        let long = Value.text([UInt8](repeating: 0x61, count: 1 << 20))
        var writer = SegmentWriter()
        for _ in 0..<2 { writer.write(Operation(.delete, table: 0, key: [long], life: 2, stamp: .zero), shape: shape) }
        let bytes = Array(writer.finish().joined())
        #expect(bytes.count > 2 << 20 - 200)
        var reader = SegmentReader(bytes)
        #expect(try reader.next()?.key == [long])
        #expect(try reader.next()?.key == [long])

        let table: [UInt8] = [3, 0, 1, 0, 1]
        let first: [UInt8] = [2, 0, 0, 100] + [UInt8](repeating: 0x61, count: 100)
        var most = SegmentReader(table + first + [2, 0, 64, 0])
        #expect(try most.next() != nil)
        #expect(try most.next()?.key == [.text([UInt8](repeating: 0x61, count: 64))])
        var bomb = SegmentReader(table + first + [2, 0, 65, 0])
        #expect(try bomb.next() != nil)
        #expect(throws: MalformedBytes.self) { try bomb.next() }
    }

    @Test("a length or count that is not there to be read allocates nothing")
    func promises() {
        let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
        let table: [UInt8] = [3, 0, 1, 1, 0b1010]
        for promise in [huge, [0x81, 0x80, 0x80, 0x80, 0x04], [6]] {
            var key = SegmentReader(table + [1, 0] + promise + [1, 2, 3])
            #expect(throws: MalformedBytes.self) { try key.next() }
            var note = ChunkReader([7, 1, 0, 1] + promise + [0, 0, 0])
            #expect(throws: MalformedBytes.self) { try note.next() }
        }
    }

    /// What could be read can be written again: no value escapes its bounds.
    private func rewrite(_ operation: Operation, _ shape: TableShape?) throws {
        guard let shape, operation.cause == nil else { return }
        var writer = SegmentWriter()
        writer.write(operation, shape: shape)
        var reader = SegmentReader(Array(writer.finish().joined()))
        #expect(try reader.next() == operation)
    }

    private func rewrite(_ row: FeedRow, _ shape: TableShape?) throws {
        let shape = shape ?? TableShape(key: [.integer], values: [])
        var writer = ChunkWriter()
        writer.write(row, shape: shape, clocked: shape.fullMask)
        var reader = ChunkReader(writer.finish())
        #expect(try reader.next() == row)
    }
}

extension [Value] {
    /// In memory, about.
    fileprivate var bytes: Int {
        reduce(0) { sum, value in
            switch value {
            case .null, .integer: sum + 16
            case .text(let bytes), .blob(let bytes): sum + 48 + bytes.count
            }
        }
    }
}
