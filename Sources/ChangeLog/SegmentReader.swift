/// Decodes one segment, operation by operation. See `SegmentWriter` for the format.
public struct SegmentReader: Sendable {
    /// The shape that the segment gives for the present operation's table. The caller compares it with its schema.
    public private(set) var shape: TableShape?
    /// The place in the changeset of the next operation.
    public private(set) var place: Int
    /// The marks that were read so far, in order; one may stand more than once.
    public private(set) var marks: [CaptureMark] = []
    private var bytes: ByteReader
    private var shapes: [Int: TableShape] = [:]
    private var codecs: [Int: CellCodec] = [:]
    private var table = -1
    private var codec = CellCodec(cells: 0)
    private var stamp = Stamp.zero
    private var mark: CaptureMark?

    private struct Header {
        var life: Int
        var stamp: Stamp
        var cause: Int?
        var key: [Value]
    }

    /// `place` is how many operations the earlier segments of the changeset hold.
    public init(_ segment: [UInt8], place: Int = 0) {
        bytes = ByteReader(segment)
        self.place = place
    }

    /// The next operation; nil at the end of the segment.
    public mutating func next() throws(MalformedBytes) -> Operation? {
        while !bytes.isAtEnd {
            let tag = try bytes.byte()
            switch tag {
            case OperationTag.table: try switchTable()
            case OperationTag.mark: try switchMark()
            case _ where tag & ~(OperationTag.life | OperationTag.cause) == OperationTag.grant: return try grant(tag)
            case _ where tag & ~OperationTag.known == 0 && tag & 3 != 3: return try row(tag)
            default: throw MalformedBytes("an unknown operation", offset: bytes.offset)
            }
        }
        return nil
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

    private mutating func switchMark() throws(MalformedBytes) {
        let raw = (mark?.raw ?? 0) &+ (try bytes.signed())
        guard raw >= 0 else { throw MalformedBytes("a mark below 0", offset: bytes.offset) }
        mark = CaptureMark(raw: raw)
        if let mark { marks.append(mark) }
    }

    private mutating func currentShape() throws(MalformedBytes) -> TableShape {
        guard let shape else { throw MalformedBytes("an operation before its table", offset: bytes.offset) }
        return shape
    }

    private mutating func readStamp() throws(MalformedBytes) -> Stamp {
        guard let next = Stamp(packed: stamp.packed &+ (try bytes.signed())) else {
            throw MalformedBytes("a stamp before 1970", offset: bytes.offset)
        }
        stamp = next
        return next
    }

    private mutating func readKey(_ shape: TableShape) throws(MalformedBytes) -> [Value] {
        var key: [Value] = []
        key.reserveCapacity(shape.key.count)
        for cell in shape.key.indices { key.append(try codec.read(shape.key[cell], cell: cell, from: &bytes)) }
        return key
    }

    /// What every operation begins with: its life, stamp, cause and key.
    private mutating func header(_ tag: UInt8, _ shape: TableShape) throws(MalformedBytes) -> Header {
        let life = tag & OperationTag.life != 0 ? try bytes.index(below: 1 << 31) : Operation.usualLife(tag & 3)
        guard life > 0, life % 2 == (tag & 3 == OperationTag.delete ? 0 : 1) else {
            throw MalformedBytes("a change in a life that it cannot have", offset: bytes.offset)
        }
        let stamp = try readStamp()
        var cause: Int?
        if tag & OperationTag.cause != 0 {
            let back = try bytes.index(below: place + 1)
            guard back > 0 else { throw MalformedBytes("an effect of itself", offset: bytes.offset) }
            cause = place - back
        }
        return Header(life: life, stamp: stamp, cause: cause, key: try readKey(shape))
    }

    private mutating func grant(_ tag: UInt8) throws(MalformedBytes) -> Operation {
        let shape = try currentShape()
        let header = try header(tag, shape)
        let column = try bytes.index(below: shape.values.count)
        let name = try bytes.string()
        let units = try bytes.unsigned()
        guard let to = NodeName(String(decoding: name, as: UTF8.self)), units > 0, units <= UInt64(Int64.max),
            shape.values[column] == .counter
        else { throw MalformedBytes("a grant that no node can make", offset: bytes.offset) }
        place += 1
        return Operation(
            .grant(column: column, to: to, units: Int64(units)),
            table: table,
            key: header.key,
            life: header.life,
            stamp: header.stamp,
            cause: header.cause,
            mark: mark
        )
    }

    private mutating func row(_ tag: UInt8) throws(MalformedBytes) -> Operation {
        let shape = try currentShape()
        let header = try header(tag, shape)
        let kind: Operation.Kind =
            tag & 3 == OperationTag.insert ? .insert : tag & 3 == OperationTag.delete ? .delete : .update
        var mask = kind == .insert ? shape.fullMask : 0
        if tag & OperationTag.mask != 0 { mask = try bytes.unsigned() }
        guard mask & ~shape.fullMask == 0 else {
            throw MalformedBytes("a change of cells that the table does not have", offset: bytes.offset)
        }
        let nulls = tag & OperationTag.nulls != 0 ? try bytes.unsigned() : 0
        let values = try readValues(shape, mask: mask, nulls: nulls)
        place += 1
        return Operation(
            kind,
            table: table,
            key: header.key,
            life: header.life,
            stamp: header.stamp,
            cause: header.cause,
            mask: mask,
            values: values,
            mark: mark
        )
    }

    private mutating func readValues(
        _ shape: TableShape,
        mask: UInt64,
        nulls: UInt64
    ) throws(MalformedBytes) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(mask.nonzeroBitCount)
        var rest = mask
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            if nulls >> UInt64(values.count) & 1 == 1 {
                values.append(.null)
            } else {
                values.append(try codec.read(shape.values[bit], cell: shape.key.count + bit, from: &bytes))
            }
        }
        return values
    }
}
