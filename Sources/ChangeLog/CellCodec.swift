/// The cells of one table, each coded against the previous value of its column in the same piece of log or feed.
///
///     integer   zigzag varint of the difference (wrapping) to the previous integer of the column
///     counter   zigzag varint of the number itself
///     text      varint s: bytes shared with the front of the previous text, 64 at most; varint n; n more bytes
///     blob      varint n; n bytes
///     NULL      no bytes: a bit in the row's NULL map, which the caller writes first
///
/// Sorted keys, repeated names and times that creep forward cost two bytes each. Writer and reader keep the same state,
/// so a piece is read from its start.
struct CellCodec: Sendable {
    /// Keys and names share less than this, and two bytes can never stand for a megabyte.
    static let sharedBytesMax = 64

    private var integers: [Int64]
    private var texts: [[UInt8]]

    init(cells: Int) {
        integers = Array(repeating: 0, count: cells)
        texts = Array(repeating: [], count: cells)
    }

    mutating func write(_ value: Value, as type: CellType, cell: Int, to out: inout ByteWriter) {
        switch (type, value) {
        case (_, .null):
            break
        case (.integer, .integer(let number)):
            out.signed(number &- integers[cell])
            integers[cell] = number
        case (.counter, .integer(let number)):
            out.signed(number)
        case (.text, .text(let bytes)):
            let shared = Self.sharedPrefix(texts[cell], bytes)
            out.unsigned(UInt64(shared))
            out.unsigned(UInt64(bytes.count - shared))
            out.raw(bytes[shared...])
            texts[cell] = bytes
        case (.blob, .blob(let bytes)):
            out.string(bytes)
        default:
            preconditionFailure("a \(type) cell was handed \(value)")
        }
    }

    mutating func read(_ type: CellType, cell: Int, from bytes: inout ByteReader) throws(MalformedBytes) -> Value {
        switch type {
        case .integer:
            integers[cell] &+= try bytes.signed()
            return .integer(integers[cell])
        case .counter:
            return .integer(try bytes.signed())
        case .text:
            let shared = try bytes.unsigned()
            guard shared <= UInt64(min(texts[cell].count, Self.sharedBytesMax)) else {
                throw MalformedBytes("shares more of a text than there is", offset: bytes.offset)
            }
            let more = try bytes.count()
            let tail = try bytes.raw(more)
            var text = [UInt8]()
            text.reserveCapacity(Int(shared) + more)
            text.append(contentsOf: texts[cell][0..<Int(shared)])
            text.append(contentsOf: tail)
            texts[cell] = text
            return .text(text)
        case .blob:
            return .blob(try bytes.string())
        }
    }

    private static func sharedPrefix(_ one: [UInt8], _ other: [UInt8]) -> Int {
        let most = min(one.count, other.count, sharedBytesMax)
        var index = 0
        while index < most, one[index] == other[index] { index += 1 }
        return index
    }
}

extension TableShape {
    /// varint key cells, varint value cells, then two bits a cell, the first cell lowest.
    func write(to out: inout ByteWriter) {
        out.unsigned(UInt64(key.count))
        out.unsigned(UInt64(values.count))
        var byte: UInt8 = 0
        for (index, type) in (key + values).enumerated() {
            byte |= type.rawValue << UInt8(index % 4 * 2)
            if index % 4 == 3 {
                out.byte(byte)
                byte = 0
            }
        }
        if (key.count + values.count) % 4 != 0 { out.byte(byte) }
    }

    init(from bytes: inout ByteReader) throws(MalformedBytes) {
        let keyCells = try bytes.index(below: Self.keyCellsMax + 1)
        let valueCells = try bytes.index(below: Self.valueCellsMax + 1)
        guard keyCells > 0 else { throw MalformedBytes("a table without a key", offset: bytes.offset) }
        var types: [CellType] = []
        var byte: UInt8 = 0
        for index in 0..<keyCells + valueCells {
            if index % 4 == 0 { byte = try bytes.byte() }
            guard let type = CellType(rawValue: byte >> UInt8(index % 4 * 2) & 3) else {
                throw MalformedBytes("an unknown cell type", offset: bytes.offset)
            }
            types.append(type)
        }
        self.init(key: Array(types[0..<keyCells]), values: Array(types[keyCells...]))
    }
}
