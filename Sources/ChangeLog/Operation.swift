/// What a changeset does to one row.
///
/// A row written several times between two looks of the daemon is folded: at most one delete, then at most one insert,
/// then updates, one for each stamp at which a cell got its present value.
public struct Operation: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case update, insert, delete
        /// Rights of one escrow column pass to another node; `values` is empty.
        case grant(column: Int, to: NodeName, units: Int64)
    }

    public var kind: Kind
    /// The table's place in the schema.
    public var table: Int
    /// One value a key column, never NULL.
    public var key: [Value]
    /// The row's life that the writer saw, or begins or ends by this: odd is alive, even is dead.
    public var life: Int
    public var stamp: Stamp
    /// The place, in the changeset, of the operation whose effect this is.
    public var cause: Int?
    /// Bit n set: value cell n was written.
    public var mask: UInt64
    /// The written cells, by ascending bit of `mask`; a counter's is its delta.
    public var values: [Value]
    /// Of the captured writes that it comes of; nil for one that is known by nothing.
    public var mark: CaptureMark?

    public init(
        _ kind: Kind,
        table: Int,
        key: [Value],
        life: Int,
        stamp: Stamp,
        cause: Int? = nil,
        mask: UInt64 = 0,
        values: [Value] = [],
        mark: CaptureMark? = nil
    ) {
        self.kind = kind
        self.table = table
        self.key = key
        self.life = life
        self.stamp = stamp
        self.cause = cause
        self.mask = mask
        self.values = values
        self.mark = mark
    }

    /// The written value of cell `bit`; nil when it was not written.
    public func value(_ bit: Int) -> Value? {
        guard mask >> UInt64(bit) & 1 == 1 else { return nil }
        return values[(mask & ((1 << UInt64(bit)) - 1)).nonzeroBitCount]
    }

    /// The life that an operation of this kind names when nothing unusual happened to the row.
    static func usualLife(_ tag: UInt8) -> Int { tag == OperationTag.delete ? 2 : 1 }
}

/// The first byte of an operation in a segment.
///
///     bits 0-1  0 update, 1 insert, 2 delete, 3 other
///     bit 2     a life follows (else 1; 2 for a delete)
///     bit 3     a cause follows
///     bit 4     a NULL map follows
///     bit 5     a mask follows (else all cells of an insert, none of another)
///
/// Of the others, the whole byte is 3 for a table; 19 for a mark; 35 for a grant, with bits 2 and 3 as above.
enum OperationTag {
    static let update: UInt8 = 0
    static let insert: UInt8 = 1
    static let delete: UInt8 = 2
    static let table: UInt8 = 3
    static let mark: UInt8 = 3 | 1 << 4
    static let grant: UInt8 = 3 | 1 << 5

    static let life: UInt8 = 1 << 2
    static let cause: UInt8 = 1 << 3
    static let nulls: UInt8 = 1 << 4
    static let mask: UInt8 = 1 << 5
    static let known: UInt8 = 0b0011_1111
}
