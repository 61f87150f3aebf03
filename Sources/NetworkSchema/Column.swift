/// One column of a replicated table.
public struct Column: Hashable, Sendable {
    public var name: String
    public var type: ColumnType
    public var merge: MergeRule
    /// nil: NULL (0 for counters and escrow).
    public var defaultValue: Literal?
    /// A SQL expression that names only this column.
    public var check: String?
    /// A SQL expression over other columns of the row: a VIRTUAL column, never replicated.
    public var generated: String?
    /// Overrides the table's writer.
    public var writer: Writer?
    /// NOT NULL.
    public var isRequired: Bool

    public init(
        name: String,
        type: ColumnType,
        merge: MergeRule = .last,
        defaultValue: Literal? = nil,
        check: String? = nil,
        generated: String? = nil,
        writer: Writer? = nil,
        isRequired: Bool = false
    ) {
        self.name = name
        self.type = type
        self.merge = merge
        self.defaultValue = defaultValue
        self.check = check
        self.generated = generated
        self.writer = writer
        self.isRequired = isRequired
    }

    public enum Literal: Hashable, Sendable {
        case integer(Int64)
        case text(String)
    }
}

public enum ColumnType: String, Hashable, Sendable, CaseIterable {
    case text, integer, boolean
    /// Milliseconds since 1970 UTC.
    case time
    case blob
    /// Text with a time-ordered unique default, made in SQL.
    case id
}

/// How two values of one cell become one.
public enum MergeRule: Hashable, Sendable {
    /// The greatest stamp.
    case last
    /// The smallest stamp; once set it is not changed locally. NULL is no value.
    case first
    /// NULL is no value.
    case max, min
    /// The sum of all deltas.
    case counter
    /// A counter with a floor, spent against rights held here.
    case escrow(Escrow)

    /// Deltas travel, not values.
    public var isCounter: Bool {
        switch self {
        case .counter, .escrow: true
        case .last, .first, .max, .min: false
        }
    }
}

/// What an escrow column adds to a counter.
public struct Escrow: Hashable, Sendable {
    public var floor: Int64
    /// The hub's part of the units above the floor, in percent; nil: only `linli_grant` moves rights.
    public var hubSharePercent: Int?
    /// The column of the same row that holds the hub's part in percent; where it is NULL, `hubSharePercent` counts. A
    /// place in `Table.columns`; nil: the part is the same for all rows.
    public var hubShareColumn: Int?
    /// Rights move by share only in whole multiples of this; 1 or more.
    public var step: Int64
    /// Who may raise the column; nil: only the store in the row's scope.
    public var mint: Writer?

    public init(
        floor: Int64 = 0,
        hubSharePercent: Int? = nil,
        hubShareColumn: Int? = nil,
        step: Int64 = 1,
        mint: Writer? = nil
    ) {
        self.floor = floor
        self.hubSharePercent = hubSharePercent
        self.hubShareColumn = hubShareColumn
        self.step = step
        self.mint = mint
    }
}
