import ChangeLog
import NetworkSchema

/// Where a value of a row stands: in its key, or in a value cell.
enum CellPlace: Hashable {
    case key(Int)
    case cell(Int)

    init?(column: Int, of plan: TablePlan) {
        if let place = plan.table.key.firstIndex(of: column) {
            self = .key(place)
        } else if let cell = plan.cell(ofColumn: column) {
            self = .cell(cell)
        } else {
            return nil
        }
    }

    /// - Parameter values: all value cells of the row.
    @inline(__always)
    func value(key: [Value], values: [Value]) -> Value {
        switch self {
        case .key(let place): key[place]
        case .cell(let cell): values[cell]
        }
    }
}

/// What decides who receives a row of one table.
struct ScopeSources {
    enum Source: Hashable {
        case network
        case region(CellPlace)
        case store(CellPlace)
        /// The scopes of the row of `table` whose one-column key stands at the place.
        case parent(table: Int, CellPlace)
    }

    let sources: [Source]
    /// Value cells whose change may move the row.
    let cells: UInt64
    /// A row may have more than one scope, its own or a parent's.
    let maySpread: Bool
    let hasParent: Bool

    init(of plan: TablePlan, in schema: SchemaPlan) {
        sources = plan.table.scopes.compactMap { scope in
            switch scope {
            case .network: .network
            case .hub: nil
            case .region(let column): CellPlace(column: column, of: plan).map(Source.region)
            case .store(let column): CellPlace(column: column, of: plan).map(Source.store)
            case .parent(let name, let by):
                schema.table(named: name).flatMap { parent in
                    CellPlace(column: by, of: plan).map { .parent(table: parent.number, $0) }
                }
            }
        }
        cells = sources.reduce(0) { mask, source in
            switch source {
            case .region(.cell(let cell)), .store(.cell(let cell)), .parent(_, .cell(let cell)):
                mask | 1 << UInt64(cell)
            default: mask
            }
        }
        maySpread = Self.maySpread(plan.table, in: schema, depth: 0)
        hasParent = sources.contains { if case .parent = $0 { true } else { false } }
    }

    private static func maySpread(_ table: Table, in schema: SchemaPlan, depth: Int) -> Bool {
        if table.scopes.count > 1 { return true }
        guard case .parent(let name, _)? = table.scopes.first, depth < schema.tables.count,
            let parent = schema.table(named: name)
        else { return false }
        return maySpread(parent.table, in: schema, depth: depth + 1)
    }
}
