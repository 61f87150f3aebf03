/// Parts of a table with names in place of numbers, so that two versions can be compared whatever their order.

struct NamedTable {
    let scopes: Set<String>
    let writer: String
    let key: [String]

    init(_ table: Table) {
        scopes = Set(table.scopes.map { $0.text(in: table) })
        writer = table.writer.text(in: table)
        key = table.key.map { table.columns[$0].name }
    }
}

struct NamedColumn {
    private let column: Column
    private let writer: String?
    private let rule: String

    init(_ column: Column, in table: Table) {
        self.column = column
        writer = column.writer?.text(in: table)
        rule = column.merge.text(in: table)
    }

    /// The first word of the format in which the two differ.
    func difference(from other: NamedColumn) -> String? {
        let (one, other, rules, writers) = (column, other.column, (rule, other.rule), (writer, other.writer))
        if one.type != other.type { return "type" }
        if rules.0 != rules.1 { return "merge" }
        if one.defaultValue != other.defaultValue { return "default" }
        if !Self.areSame(one.check, other.check) { return "check" }
        if !Self.areSame(one.generated, other.generated) { return "generated" }
        if writers.0 != writers.1 { return "writer" }
        if one.isRequired != other.isRequired { return "required" }
        return nil
    }

    private static func areSame(_ one: String?, _ other: String?) -> Bool {
        guard let one, let other else { return one == other }
        return SQLText.areSame(one, other)
    }
}

struct NamedEffect {
    /// "insert", "set placed_at"
    let event: String
    private let effect: Effect

    init(_ effect: Effect, in table: Table) {
        self.effect = effect
        event =
            switch effect.event {
            case .insert: "insert"
            case .delete: "delete"
            case .set(let column): "set \(table.columns[column].name)"
            }
    }

    func isSame(as other: NamedEffect) -> Bool {
        event == other.event && effect.isOptional == other.effect.isOptional
            && SQLText.areSame(effect.statement, other.effect.statement)
    }
}

extension Scope {
    fileprivate func text(in table: Table) -> String {
        switch self {
        case .network: "network"
        case .hub: "hub"
        case .region(let column): "region \(table.columns[column].name)"
        case .store(let column): "store \(table.columns[column].name)"
        case .parent(let parent, let column): "parent \(parent) \(table.columns[column].name)"
        }
    }
}

extension Writer {
    fileprivate func text(in table: Table) -> String {
        switch self {
        case .hub: "hub"
        case .store: "store"
        case .any: "any"
        case .storeNamed(let column): "store \(table.columns[column].name)"
        }
    }
}

extension MergeRule {
    /// Rights included: their floor, share, step and mint are part of how the column merges.
    fileprivate func text(in table: Table) -> String {
        switch self {
        case .last: "last"
        case .first: "first"
        case .max: "max"
        case .min: "min"
        case .counter: "counter"
        case .escrow(let escrow):
            """
            escrow \(escrow.floor) \(escrow.hubSharePercent ?? -1) \(escrow.step) \
            \(escrow.mint?.text(in: table) ?? "") \(escrow.hubShareColumn.map { table.columns[$0].name } ?? "")
            """
        }
    }
}
