/// One value of a cell. Texts are bytes: they are compared, hashed, ordered and carried as SQLite holds them, whatever
/// Unicode says of them.
public enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case text([UInt8])
    case blob([UInt8])

    public static func text(_ string: String) -> Value { .text(Array(string.utf8)) }

    public var isNull: Bool { if case .null = self { true } else { false } }

    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
}

/// What a cell holds on the wire; two bits of a table's shape.
public enum CellType: UInt8, Hashable, Sendable {
    case integer = 0
    case text = 1
    case blob = 2
    /// Deltas in a changeset, the sum in the feed.
    case counter = 3
}

/// The columns of a table as a codec sees them: key cells, then value cells in the order of a change's mask.
public struct TableShape: Hashable, Sendable {
    public static let keyCellsMax = 16
    /// Bits of a mask.
    public static let valueCellsMax = 61
    /// Tables are numbered below this. Codecs keep the last values of each table that a piece names.
    public static let tablesMax = 1024

    public let key: [CellType]
    public let values: [CellType]

    public init(key: [CellType], values: [CellType]) {
        precondition((1...Self.keyCellsMax).contains(key.count) && values.count <= Self.valueCellsMax)
        self.key = key
        self.values = values
    }

    /// All value cells.
    public var fullMask: UInt64 { (1 << UInt64(values.count)) - 1 }
}
