/// One entry of the feed as a store receives it.
public struct FeedRow: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// The row's present state at the hub.
        case row(RowState, ledger: [Holding])
        /// The row was deleted; its life is even.
        case gone(life: Int)
        /// The row left this scope and lives elsewhere.
        case evicted
        /// A conflict or a refusal that concerns this site; the fields of `linli_conflict` or `linli_quarantine`.
        case note(Note)
    }

    public var position: Position
    /// The table's place in the schema.
    public var table: Int
    public var key: [Value]
    public var content: Content

    public init(position: Position, table: Int, key: [Value], content: Content) {
        self.position = position
        self.table = table
        self.key = key
        self.content = content
    }
}

/// Units of one escrow column that one holder may spend.
public struct Holding: Hashable, Sendable {
    /// The column's value cell.
    public var column: Int
    /// `hub`, a store's name, or `STORE#SITE` for a fenced site.
    public var holder: String
    public var units: Int64

    public init(column: Int, holder: String, units: Int64) {
        self.column = column
        self.holder = holder
        self.units = units
    }
}

/// A line for `linli_conflict` or `linli_quarantine`, sent to the site whom it concerns.
public struct Note: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case conflict = 0
        case quarantine = 1
        /// A version of the schema, in a chunk of its own: its number is `id`, its document the one field. In no feed.
        case schema = 2
        /// What the hub itself added to a counter, for a hub that loses it. A store does nothing with it.
        case ownDelta = 3
    }

    public var kind: Kind
    /// The hub's number of the line.
    public var id: Int64
    /// The columns after `id`, in the order of the public table.
    public var fields: [Value]

    public init(kind: Kind, id: Int64, fields: [Value]) {
        self.kind = kind
        self.id = id
        self.fields = fields
    }
}
