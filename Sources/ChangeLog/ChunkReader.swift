/// Decodes the body of a chunk, entry by entry. See `ChunkWriter` for the format.
public struct ChunkReader: Sendable {
    /// The shape that the chunk gives for the present entry's table. The caller compares it with its schema.
    public private(set) var shape: TableShape?
    private var bytes: ByteReader
    private var shapes: [Int: TableShape] = [:]
    private var codecs: [Int: CellCodec] = [:]
    private var table = -1
    private var codec = CellCodec(cells: 0)
    private var stamp = Stamp.zero
    private var position = Position.start
    private var sites: [SiteID] = []

    public init(_ chunk: [UInt8]) { bytes = ByteReader(chunk) }

    /// The next entry; nil at the end of the chunk.
    public mutating func next() throws(MalformedBytes) -> FeedRow? {
        while !bytes.isAtEnd {
            let tag = try bytes.byte()
            switch tag {
            case ChunkTag.table: try switchTable()
            case ChunkTag.note:
                let place = try readPosition()
                return FeedRow(position: place, table: 0, key: [], content: .note(try readNote()))
            case ChunkTag.gone:
                let life = try bytes.index(below: 1 << 31)
                guard life % 2 == 0 else { throw MalformedBytes("a dead row in a live life", offset: bytes.offset) }
                let (place, key) = try readPlaceAndKey()
                return FeedRow(position: place, table: table, key: key, content: .gone(life: life))
            case ChunkTag.evicted:
                let (place, key) = try readPlaceAndKey()
                return FeedRow(position: place, table: table, key: key, content: .evicted)
            default:
                guard tag & ~ChunkTag.known == 0, tag & 3 == ChunkTag.row else {
                    throw MalformedBytes("an unknown feed entry", offset: bytes.offset)
                }
                return try row(tag)
            }
        }
        return nil
    }

    private mutating func row(_ tag: UInt8) throws(MalformedBytes) -> FeedRow {
        let life = tag & ChunkTag.life != 0 ? try bytes.index(below: 1 << 31) : 1
        let (place, key) = try readPlaceAndKey()
        guard let shape, life % 2 == 1 else { throw MalformedBytes("a live row in a dead life", offset: bytes.offset) }
        var clocks = Array(repeating: try clock(), count: shape.values.count)
        if tag & ChunkTag.clocks != 0 {
            for _ in 0..<(try bytes.count(atMost: shape.values.count)) {
                let cell = try bytes.index(below: shape.values.count)
                clocks[cell] = try clock()
            }
        }
        let nulls = tag & ChunkTag.nulls != 0 ? try bytes.unsigned() : 0
        var values: [Value] = []
        values.reserveCapacity(shape.values.count)
        for cell in shape.values.indices {
            if nulls >> UInt64(cell) & 1 == 1 {
                values.append(.null)
            } else {
                values.append(try codec.read(shape.values[cell], cell: shape.key.count + cell, from: &bytes))
            }
        }
        var ledger: [Holding] = []
        if tag & ChunkTag.ledger != 0 {
            for _ in 0..<(try bytes.count()) {
                let column = try bytes.index(below: shape.values.count)
                guard let holder = String(validating: try bytes.string(), as: UTF8.self) else {
                    throw MalformedBytes("a holder that is not UTF-8", offset: bytes.offset)
                }
                ledger.append(Holding(column: column, holder: holder, units: try bytes.signed()))
            }
        }
        let state = RowState(life: life, values: values, clocks: clocks)
        return FeedRow(position: place, table: table, key: key, content: .row(state, ledger: ledger))
    }

    private mutating func switchTable() throws(MalformedBytes) {
        let next = try bytes.index(below: TableShape.tablesMax)
        let given = try TableShape(from: &bytes)
        if let known = shapes[next], known != given {
            throw MalformedBytes("a table in two shapes", offset: bytes.offset)
        }
        if table >= 0 { codecs[table] = codec }
        shapes[next] = given
        shape = given
        table = next
        codec = codecs.removeValue(forKey: next) ?? CellCodec(cells: given.key.count + given.values.count)
    }

    private mutating func readPosition() throws(MalformedBytes) -> Position {
        let step = try bytes.unsigned()
        guard step <= UInt64(Int64.max - position.number) else {
            throw MalformedBytes("a position above 63 bits", offset: bytes.offset)
        }
        position = Position(position.number + Int64(step))
        return position
    }

    private mutating func readPlaceAndKey() throws(MalformedBytes) -> (Position, [Value]) {
        guard let shape else { throw MalformedBytes("an entry before its table", offset: bytes.offset) }
        let place = try readPosition()
        var key: [Value] = []
        key.reserveCapacity(shape.key.count)
        for cell in shape.key.indices { key.append(try codec.read(shape.key[cell], cell: cell, from: &bytes)) }
        return (place, key)
    }

    private mutating func clock() throws(MalformedBytes) -> CellClock {
        guard let next = Stamp(packed: stamp.packed &+ (try bytes.signed())) else {
            throw MalformedBytes("a stamp before 1970", offset: bytes.offset)
        }
        stamp = next
        let index = try bytes.index(below: sites.count + 1)
        if index == sites.count { sites.append(SiteID(try bytes.fixed64())) }
        return CellClock(stamp: next, site: sites[index])
    }

    private mutating func readNote() throws(MalformedBytes) -> Note {
        guard let kind = Note.Kind(rawValue: try bytes.byte()) else {
            throw MalformedBytes("an unknown note", offset: bytes.offset)
        }
        guard let id = Int64(exactly: try bytes.unsigned()) else {
            throw MalformedBytes("a note's number above 63 bits", offset: bytes.offset)
        }
        var fields: [Value] = []
        for _ in 0..<(try bytes.count()) {
            switch try bytes.byte() {
            case 0: fields.append(.null)
            case 1: fields.append(.integer(try bytes.signed()))
            case 2: fields.append(.text(try bytes.string()))
            case 3: fields.append(.blob(try bytes.string()))
            default: throw MalformedBytes("an unknown field", offset: bytes.offset)
            }
        }
        return Note(kind: kind, id: id, fields: fields)
    }
}
