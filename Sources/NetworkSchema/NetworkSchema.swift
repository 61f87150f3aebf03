/// A schema document as a value: which tables are replicated, who may write them, who receives them, and how each
/// column merges. It is data: the hub holds its versions, and stores receive them like any other change.
///
/// Law: a `NetworkSchema` read by `init(yaml:)` is valid. Every name in it resolves, every rule fits its type, no parent
/// cycle and no effect cycle exists. That is the only door from outside; the other initialiser is for values made in
/// code, and checks nothing.
///
/// A table is named on the wire by its place in `tables`, a column by its place in `Table.columns`; a later version
/// keeps both and only appends (`ordered(like:)`).
public struct NetworkSchema: Hashable, Sendable {
    public var name: String
    /// Grows by one with each additive change; 1 or more.
    public var version: Int
    /// ISO 4217.
    public var currency: String
    public var tables: [Table]
    public var views: [View]
    public var indexes: [Index]
    /// The document this was read from, byte for byte: what is stored, and what stores receive.
    public var document: String

    /// Checks nothing: only `init(yaml:)` makes sure that the parts fit.
    public init(
        name: String,
        version: Int,
        currency: String,
        tables: [Table],
        views: [View] = [],
        indexes: [Index] = [],
        document: String = ""
    ) {
        self.name = name
        self.version = version
        self.currency = currency
        self.tables = tables
        self.views = views
        self.indexes = indexes
        self.document = document
    }

    public struct View: Hashable, Sendable {
        public var name: String
        /// One SELECT, without a semicolon.
        public var select: String

        public init(name: String, select: String) {
            self.name = name
            self.select = select
        }

        /// Views whose name begins with `exception_` feed `linli exceptions`.
        public var isException: Bool { name.utf8.starts(with: "exception_".utf8) }
    }

    public struct Index: Hashable, Sendable {
        public var name: String
        public var table: String
        public var columns: [String]

        public init(name: String, table: String, columns: [String]) {
            self.name = name
            self.table = table
            self.columns = columns
        }
    }

    /// The table of that name, and its number on the wire.
    public func table(named name: String) -> (number: Int, table: Table)? {
        guard let number = tables.firstIndex(where: { $0.name == name }) else { return nil }
        return (number, tables[number])
    }
}
