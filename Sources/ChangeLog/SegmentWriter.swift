/// Encodes operations into segments, the pieces of a changeset's body. Each segment is decoded from its own start, so
/// that neither end ever holds a whole changeset, and a push resumes between two of them.
///
///     segment    := (table | mark | operation | grant)*
///     table      := tag varint(table) shape        the operations that follow are of this table
///     mark       := tag signed(mark - previous mark)
///                   what follows comes of captured writes of this mark; of none when it is 0, as at the beginning
///     operation  := tag [varint life] signed(stamp - previous stamp) [varint own place - cause's place]
///                   key cell* [varint mask] [varint NULL map over the mask's cells] value cell*
///     grant      := tag [varint life] signed(stamp …) [varint own place - cause's place] key cell*
///                   varint(column bit) string(to) varint(units)
public struct SegmentWriter: Sendable {
    /// A finished segment is at least this long, unless it is the last: a frame holds it with room to spare.
    public static let segmentBytesTarget = 128 * 1024

    /// Operations written so far, over all segments.
    public private(set) var count = 0
    private var out = ByteWriter()
    private var finished: [[UInt8]] = []
    private var codecs: [Int: CellCodec] = [:]
    private var table = -1
    private var codec = CellCodec(cells: 0)
    private var stamp = Stamp.zero
    /// 0 is none.
    private var mark: Int64 = 0
    private let segmentBytesTarget: Int

    public init(segmentBytesTarget: Int = Self.segmentBytesTarget) {
        self.segmentBytesTarget = segmentBytesTarget
        out.reserve(1024)
    }

    /// Appends one operation on a table of this shape.
    public mutating func write(_ operation: Operation, shape: TableShape) {
        if out.bytes.count >= segmentBytesTarget { finishSegment() }
        if operation.mark?.raw ?? 0 != mark { write(mark: operation.mark?.raw ?? 0) }
        if operation.table != table { switchTable(to: operation.table, shape: shape) }
        switch operation.kind {
        case .update: row(operation, kind: OperationTag.update, shape: shape)
        case .insert: row(operation, kind: OperationTag.insert, shape: shape)
        case .delete: row(operation, kind: OperationTag.delete, shape: shape)
        case .grant(let column, let to, let units):
            header(operation, tag: OperationTag.grant, shape: shape)
            out.unsigned(UInt64(column))
            out.string(Array(to.text.utf8))
            out.unsigned(UInt64(units))
        }
        count += 1
    }

    /// Notes a mark of captured writes, whether an operation comes of them or not.
    public mutating func begin(_ mark: CaptureMark) { if mark.raw != self.mark { write(mark: mark.raw) } }

    /// All segments; the writer is then empty but keeps counting. An empty changeset has none.
    public mutating func finish() -> [[UInt8]] {
        if !out.bytes.isEmpty { finishSegment() }
        defer { finished = [] }
        return finished
    }

    /// The segments that are complete so far, so that a long changeset need not be held in memory.
    public mutating func takeFinished() -> [[UInt8]] {
        defer { finished = [] }
        return finished
    }

    private mutating func finishSegment() {
        finished.append(out.bytes)
        out = ByteWriter()
        out.reserve(min(segmentBytesTarget, Self.segmentBytesTarget) + 1024)
        codecs = [:]
        table = -1
        stamp = .zero
        mark = 0
    }

    private mutating func write(mark next: Int64) {
        out.byte(OperationTag.mark)
        out.signed(next - mark)
        mark = next
    }

    private mutating func switchTable(to next: Int, shape: TableShape) {
        if table >= 0 { codecs[table] = codec }
        table = next
        codec = codecs.removeValue(forKey: next) ?? CellCodec(cells: shape.key.count + shape.values.count)
        out.byte(OperationTag.table)
        out.unsigned(UInt64(next))
        shape.write(to: &out)
    }

    private mutating func header(_ operation: Operation, tag: UInt8, shape: TableShape) {
        let isUsual = operation.life == Operation.usualLife(tag & 3)
        out.byte(tag | (isUsual ? 0 : OperationTag.life) | (operation.cause == nil ? 0 : OperationTag.cause))
        if !isUsual { out.unsigned(UInt64(operation.life)) }
        out.signed(operation.stamp.packed - stamp.packed)
        stamp = operation.stamp
        if let cause = operation.cause { out.unsigned(UInt64(count - cause)) }
        for (cell, value) in operation.key.enumerated() {
            codec.write(value, as: shape.key[cell], cell: cell, to: &out)
        }
    }

    private mutating func row(_ operation: Operation, kind: UInt8, shape: TableShape) {
        let usualMask = kind == OperationTag.insert ? shape.fullMask : 0
        var nulls: UInt64 = 0
        for (index, value) in operation.values.enumerated() where value.isNull { nulls |= 1 << UInt64(index) }
        var tag = kind
        if nulls != 0 { tag |= OperationTag.nulls }
        if operation.mask != usualMask { tag |= OperationTag.mask }
        header(operation, tag: tag, shape: shape)
        if tag & OperationTag.mask != 0 { out.unsigned(operation.mask) }
        if nulls != 0 { out.unsigned(nulls) }
        var rest = operation.mask
        for value in operation.values {
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            codec.write(value, as: shape.values[bit], cell: shape.key.count + bit, to: &out)
        }
    }
}
