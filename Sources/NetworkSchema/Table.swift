/// One replicated table.
public struct Table: Hashable, Sendable {
    public var name: String
    /// Who receives a row. More than one entry: all of them do. Never empty.
    public var scopes: [Scope]
    public var writer: Writer
    /// Rows are only inserted: the first insert of a key stands.
    public var isImmutable: Bool
    /// Places in `columns`, in key order. Never empty.
    public var key: [Int]
    /// All columns in document order, key and generated ones included.
    public var columns: [Column]
    /// Places in `columns` that share one cell, each group ascending; no column stands in two groups.
    public var together: [[Int]]
    public var effects: [Effect]

    /// Checks nothing: only `NetworkSchema.init(yaml:)` makes sure that the parts fit.
    public init(
        name: String,
        scopes: [Scope],
        writer: Writer,
        isImmutable: Bool = false,
        key: [Int],
        columns: [Column],
        together: [[Int]] = [],
        effects: [Effect] = []
    ) {
        self.name = name
        self.scopes = scopes
        self.writer = writer
        self.isImmutable = isImmutable
        self.key = key
        self.columns = columns
        self.together = together
        self.effects = effects
    }

    /// Places of the columns that are neither key nor generated, ascending. Bit n of a change's mask is `values[n]`.
    public var values: [Int] {
        columns.indices.filter { !key.contains($0) && columns[$0].generated == nil }
    }

    public func column(named name: String) -> Int? { columns.firstIndex { $0.name == name } }
}

/// Which stores receive a row.
public enum Scope: Hashable, Sendable {
    /// Every store.
    case network
    /// None: the row stays at the hub. The table exists, empty, at stores.
    case hub
    /// The stores of the region that this column names.
    case region(column: Int)
    /// The store that this column names.
    case store(column: Int)
    /// Whoever receives the row of `table` whose (one-column) key this column holds.
    case parent(table: String, by: Int)
}

/// Who may write.
public enum Writer: Hashable, Sendable {
    case hub
    /// A store in the row's scope.
    case store
    /// The hub, or a store in the row's scope.
    case any
    /// The store that this column of the row names (a transfer has a sender and a receiver).
    case storeNamed(column: Int)
}
