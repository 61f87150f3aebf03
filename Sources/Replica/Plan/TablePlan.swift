public import ChangeLog
public import NetworkSchema

/// One replicated table as SQL and the codecs need it, made once per schema version.
///
/// A class, so that handing it on costs one count instead of one for each of its arrays.
///
/// *Value cells* are the columns that are neither key nor generated, in document order: bit n of a mask is cell n.
public final class TablePlan: Sendable {
    /// The table's place in the schema, and its number on the wire.
    public let number: Int
    public let table: Table
    /// The table's name, quoted for SQL.
    public let name: String
    /// Quoted names of the key columns, in key order.
    public let key: [String]
    /// Quoted names of the value cells.
    public let cells: [String]
    /// For each value cell, its place in `table.columns`.
    public let cellColumns: [Int]
    public let shape: TableShape
    public let rules: [CellRule]
    /// Value cells that are counters or escrow columns, ascending; the j-th has its delta in column `dj` of the
    /// capture.
    public let counters: [Int]
    /// The same as a mask.
    public let counterMask: UInt64
    /// Those of them that are escrow columns.
    public let escrow: [Int]
    /// Value cells whose clocks travel in the feed, as a mask: those of `last` and `first`.
    public let clocked: UInt64
    /// For each value cell, the mask of the cells that travel with it (`together`), itself included.
    public let groups: [UInt64]
    /// Whether any cell travels with another.
    public let hasGroups: Bool

    public init(_ table: Table, number: Int) {
        self.number = number
        self.table = table
        name = SQLName.quoted(table.name)
        key = table.key.map { SQLName.quoted(table.columns[$0].name) }
        cellColumns = table.values
        cells = cellColumns.map { SQLName.quoted(table.columns[$0].name) }
        let columns = cellColumns.map { table.columns[$0] }
        shape = TableShape(
            key: table.key.map { table.columns[$0].cellType },
            values: columns.map { $0.cellType }
        )
        rules = columns.map { $0.merge.cellRule }
        counters = columns.indices.filter { columns[$0].merge.isCounter }
        counterMask = counters.reduce(0) { $0 | 1 << UInt64($1) }
        escrow = columns.indices.filter { if case .escrow = columns[$0].merge { true } else { false } }
        clocked = columns.indices.reduce(0) { mask, cell in
            switch columns[cell].merge {
            case .last, .first: mask | 1 << UInt64(cell)
            case .max, .min, .counter, .escrow: mask
            }
        }
        var groups = columns.indices.map { UInt64(1) << UInt64($0) }
        let cellOf = Dictionary(uniqueKeysWithValues: cellColumns.enumerated().map { ($1, $0) })
        for group in table.together {
            let members = group.compactMap { cellOf[$0] }
            let mask = members.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
            for member in members { groups[member] = mask }
        }
        self.groups = groups
        hasGroups = !table.together.isEmpty
    }

    /// The value cell of this column; nil for key and generated columns.
    public func cell(ofColumn column: Int) -> Int? { cellColumns.firstIndex(of: column) }

    /// The column of value cell `cell`.
    public func column(ofCell cell: Int) -> Column { table.columns[cellColumns[cell]] }

    /// What an escrow cell adds to a counter.
    public func escrowTerms(ofCell cell: Int) -> Escrow? {
        if case .escrow(let terms) = column(ofCell: cell).merge { terms } else { nil }
    }

    /// `linli_PREFIX_TABLE`, quoted.
    public func internalTable(_ prefix: String) -> String { SQLName.quoted("linli_\(prefix)_\(table.name)") }

    /// `a.k1 = b.k1 AND …` over the key columns.
    public func keysMatch(_ one: String, _ other: String) -> String {
        key.map { "\(one).\($0) = \(other).\($0)" }.joined(separator: " AND ")
    }

    /// `k1 = ?1 AND …` over the key columns, from this parameter on.
    public func keyIsParameters(from first: Int = 1) -> String {
        key.enumerated().map { "\($1) = ?\($0 + first)" }.joined(separator: " AND ")
    }
}

/// All tables of a schema version.
public struct SchemaPlan: Sendable {
    public let schema: NetworkSchema
    public let tables: [TablePlan]
    /// Key columns and counters of the widest table: how many `k` and `d` columns the capture has.
    public let keyCellsMax: Int
    public let counterCellsMax: Int
    /// For each table, the tables whose rows have their scope by a row of it, and the column that names the row.
    public let children: [[(table: Int, by: Int)]]

    public init(_ schema: NetworkSchema) {
        self.schema = schema
        tables = schema.tables.enumerated().map { TablePlan($1, number: $0) }
        keyCellsMax = tables.map { $0.key.count }.max() ?? 1
        counterCellsMax = max(1, tables.map { $0.counters.count }.max() ?? 1)
        var children = Array(repeating: [(table: Int, by: Int)](), count: schema.tables.count)
        for (number, table) in schema.tables.enumerated() {
            for case .parent(let parent, let by) in table.scopes {
                if let place = schema.tables.firstIndex(where: { $0.name == parent }) {
                    children[place].append((number, by))
                }
            }
        }
        self.children = children
    }

    public func table(named name: String) -> TablePlan? { tables.first { $0.table.name == name } }
}

/// Names in SQL text.
public enum SQLName {
    public static func quoted(_ name: String) -> String { "\"" + doubled(name, UInt8(ascii: "\"")) + "\"" }

    /// A text literal.
    public static func literal(_ text: String) -> String { "'" + doubled(text, UInt8(ascii: "'")) + "'" }

    private static func doubled(_ text: String, _ quote: UInt8) -> String {
        guard text.utf8.contains(quote) else { return text }
        return String(decoding: text.utf8.flatMap { $0 == quote ? [$0, $0] : [$0] }, as: UTF8.self)
    }
}

extension Column {
    /// How the codec sees a cell of this column.
    public var cellType: CellType {
        if merge.isCounter { return .counter }
        return switch type {
        case .text, .id: .text
        case .integer, .boolean, .time: .integer
        case .blob: .blob
        }
    }
}

extension MergeRule {
    /// The pure half of the rule.
    public var cellRule: CellRule {
        switch self {
        case .last: .last
        case .first: .first
        case .max: .max
        case .min: .min
        case .counter, .escrow: .counter
        }
    }
}
