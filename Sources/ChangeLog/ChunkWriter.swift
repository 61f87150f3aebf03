/// Encodes feed rows into the body of a chunk: a run of one scope's feed.
///
///     chunk  := (table | row | gone | evicted | note)*
///     table  := tag varint(table) shape
///     row    := tag [varint life] varint(position - previous) key cell*
///               clock [varint n, n times: varint(cell) clock] [varint NULL map] value cell*
///               [varint n, n times: varint(cell) string(holder) signed(units)]
///     clock  := signed(stamp - previous stamp) varint(site)     a site not named before: the next number, 8 bytes
///     gone   := tag varint(life) varint(position …) key cell*
///     evicted:= tag varint(position …) key cell*
///     note   := tag varint(position …) kind varint(id) varint n, n times: 0 | 1 signed | 2 string | 3 string
///
/// The row's clock is that of most cells of `last` and `first`; only those whose clock differs are named. The clocks of
/// other cells do not travel: they read as the row's, and mean nothing.
public struct ChunkWriter: Sendable {
    /// Rows written so far.
    public private(set) var count = 0
    private var out = ByteWriter()
    private var codecs: [Int: CellCodec] = [:]
    private var table = -1
    private var codec = CellCodec(cells: 0)
    private var stamp = Stamp.zero
    private var site = SiteID(0)
    private var position = Position.start
    private var sites: [SiteID: Int] = [:]

    public init() { out.reserve(4096) }

    public var byteCount: Int { out.bytes.count }

    public func finish() -> [UInt8] { out.bytes }

    /// Appends one row. Positions must not fall. `clocked` are the cells whose clocks travel, as a mask: those of `last`
    /// and `first`.
    public mutating func write(_ row: FeedRow, shape: TableShape, clocked: UInt64) {
        precondition(row.position >= position)
        if case .note = row.content {} else if row.table != table { switchTable(to: row.table, shape: shape) }
        switch row.content {
        case .row(let state, let ledger): write(row, state, ledger, shape: shape, clocked: clocked)
        case .gone(let life):
            out.byte(ChunkTag.gone)
            out.unsigned(UInt64(life))
            place(row.position)
            key(row.key, shape)
        case .evicted:
            out.byte(ChunkTag.evicted)
            place(row.position)
            key(row.key, shape)
        case .note(let note):
            out.byte(ChunkTag.note)
            place(row.position)
            write(note)
        }
        count += 1
    }

    private mutating func write(
        _ row: FeedRow,
        _ state: RowState,
        _ ledger: [Holding],
        shape: TableShape,
        clocked: UInt64
    ) {
        let common = commonClock(state, clocked: clocked)
        let others = state.clocks.indices.filter {
            clocked >> UInt64($0) & 1 == 1 && !Self.isSame(state.clocks[$0], common)
        }
        var nulls: UInt64 = 0
        for (cell, value) in state.values.enumerated() where value.isNull { nulls |= 1 << UInt64(cell) }
        var tag = ChunkTag.row
        if state.life != 1 { tag |= ChunkTag.life }
        if !others.isEmpty { tag |= ChunkTag.clocks }
        if nulls != 0 { tag |= ChunkTag.nulls }
        if !ledger.isEmpty { tag |= ChunkTag.ledger }
        out.byte(tag)
        if state.life != 1 { out.unsigned(UInt64(state.life)) }
        place(row.position)
        key(row.key, shape)
        clock(common)
        if !others.isEmpty {
            out.unsigned(UInt64(others.count))
            for cell in others {
                out.unsigned(UInt64(cell))
                clock(state.clocks[cell])
            }
        }
        if nulls != 0 { out.unsigned(nulls) }
        for (cell, value) in state.values.enumerated() {
            codec.write(value, as: shape.values[cell], cell: shape.key.count + cell, to: &out)
        }
        if !ledger.isEmpty { write(ledger) }
    }

    /// By Boyer and Moore's vote: the clock of more than half of the cells, if there is one. Without a clocked cell the
    /// one written last, which takes the fewest bytes.
    private func commonClock(_ state: RowState, clocked: UInt64) -> CellClock {
        var common = CellClock(stamp: stamp, site: site)
        var votes = 0
        for cell in state.clocks.indices where clocked >> UInt64(cell) & 1 == 1 {
            if votes == 0 { common = state.clocks[cell] }
            votes += Self.isSame(state.clocks[cell], common) ? 1 : -1
        }
        return common
    }

    private static func isSame(_ one: CellClock, _ other: CellClock) -> Bool {
        one.stamp == other.stamp && one.site == other.site
    }

    private mutating func write(_ ledger: [Holding]) {
        out.unsigned(UInt64(ledger.count))
        for holding in ledger {
            out.unsigned(UInt64(holding.column))
            out.string(Array(holding.holder.utf8))
            out.signed(holding.units)
        }
    }

    private mutating func write(_ note: Note) {
        out.byte(note.kind.rawValue)
        out.unsigned(UInt64(note.id))
        out.unsigned(UInt64(note.fields.count))
        for field in note.fields {
            switch field {
            case .null: out.byte(0)
            case .integer(let number):
                out.byte(1)
                out.signed(number)
            case .text(let bytes):
                out.byte(2)
                out.string(bytes)
            case .blob(let bytes):
                out.byte(3)
                out.string(bytes)
            }
        }
    }

    private mutating func switchTable(to next: Int, shape: TableShape) {
        if table >= 0 { codecs[table] = codec }
        table = next
        codec = codecs.removeValue(forKey: next) ?? CellCodec(cells: shape.key.count + shape.values.count)
        out.byte(ChunkTag.table)
        out.unsigned(UInt64(next))
        shape.write(to: &out)
    }

    private mutating func place(_ next: Position) {
        out.unsigned(UInt64(next.number - position.number))
        position = next
    }

    private mutating func key(_ key: [Value], _ shape: TableShape) {
        for (cell, value) in key.enumerated() { codec.write(value, as: shape.key[cell], cell: cell, to: &out) }
    }

    private mutating func clock(_ clock: CellClock) {
        out.signed(clock.stamp.packed - stamp.packed)
        stamp = clock.stamp
        site = clock.site
        if let index = sites[clock.site] {
            out.unsigned(UInt64(index))
        } else {
            out.unsigned(UInt64(sites.count))
            out.fixed64(clock.site.raw)
            sites[clock.site] = sites.count
        }
    }
}

/// The first byte of an entry in a chunk.
///
///     bits 0-1  0 row, 1 gone, 2 evicted, 3 other (bits 2-7: 0 table, 1 note)
///     bit 2     a life follows (else 1)
///     bit 3     clocks of single cells follow
///     bit 4     a NULL map follows
///     bit 5     a ledger of rights follows
enum ChunkTag {
    static let row: UInt8 = 0
    static let gone: UInt8 = 1
    static let evicted: UInt8 = 2
    static let table: UInt8 = 3
    static let note: UInt8 = 3 | 1 << 2

    static let life: UInt8 = 1 << 2
    static let clocks: UInt8 = 1 << 3
    static let nulls: UInt8 = 1 << 4
    static let ledger: UInt8 = 1 << 5
    static let known: UInt8 = 0b0011_1111
}
