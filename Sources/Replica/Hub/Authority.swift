import ChangeLog
import NetworkSchema

/// Whether a store may write what it wrote: the schema's writers of one table, judged at the changeset's base cursor.
///
/// The triggers of a replica ask the same before a write, to guard against mistakes; this asks again, because a store
/// can switch its triggers off.
struct Authority {
    private let table: Writer
    /// By value cell.
    private let cells: [Writer]
    /// By value cell, for escrow cells.
    private let mints: [Int: Writer]
    /// Where the columns stand that name a store.
    private let places: [Int: CellPlace]
    /// Value cells that any store in the row's scope may write.
    private let open: UInt64
    /// By value cell: the cells that are written and merged as one with it.
    private let groups: [UInt64]
    /// What an INSERT that does not name the cell gives it.
    private let defaults: [Value]
    /// Rows are only inserted, or hang together with rows that are.
    let isDeletable: Bool
    let isImmutable: Bool

    /// How a row stands to a site.
    struct Standing {
        /// The row is in the site's scope, or was when the changeset was written.
        var isInScope: Bool
        let store: [UInt8]
        let key: [Value]
        /// All value cells.
        let values: [Value]
        /// Nothing is asked: a planted mistake.
        var isBelieved = false
        /// Value cells that others wrote after the base cursor: whom they named then is not known.
        var writtenSince: UInt64 = 0
        /// An operator at the hub decided it.
        var isByOperator = false

        fileprivate func names(_ place: CellPlace) -> Bool {
            if case .cell(let cell) = place, writtenSince >> UInt64(cell) & 1 == 1 { return true }
            return place.value(key: key, values: values) == .text(store)
        }
    }

    init(of plan: TablePlan, in schema: SchemaPlan) {
        table = plan.table.writer
        let columns = plan.cellColumns.map { plan.table.columns[$0] }
        cells = columns.map { $0.writer ?? plan.table.writer }
        mints = Dictionary(
            uniqueKeysWithValues: plan.escrow.map { ($0, plan.escrowTerms(ofCell: $0)?.mint ?? .store) }
        )
        var places: [Int: CellPlace] = [:]
        for case .storeNamed(let column) in [table] + cells + mints.values {
            places[column] = CellPlace(column: column, of: plan)
        }
        self.places = places
        open = cells.indices.reduce(0) { mask, cell in
            switch plan.column(ofCell: cell).writer ?? plan.table.writer {
            case .any, .store: mask | 1 << UInt64(cell)
            case .hub, .storeNamed: mask
            }
        }
        groups = plan.groups
        defaults = plan.cells.indices.map { plan.defaultValue(ofCell: $0) }
        isImmutable = plan.table.isImmutable
        isDeletable = !isImmutable && schema.immutableDescendant(of: plan.number) == nil
    }

    /// Whether the store may insert such a row at all.
    func mayInsert(_ standing: Standing) -> Bool { may(table, standing) }

    func mayDelete(_ standing: Standing) -> Bool { may(table, standing) }

    /// The first cell of an insert that the store may not write; it may give any cell its default.
    ///
    /// - Parameter written: the cells that were written, with their values by ascending cell.
    func refused(_ written: UInt64, _ values: [Value], _ standing: Standing) -> Int? {
        if standing.isInScope && written & ~open == 0 || standing.isBelieved { return nil }
        var rest = written
        for value in values {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            if value == defaults[cell] { continue }
            if !may(cells[cell], standing) { return cell }
        }
        return nil
    }

    /// The cells of an update that the store may not write, and those that share their clock, as a mask.
    func denied(_ written: UInt64, _ standing: Standing) -> UInt64 {
        if standing.isInScope && written & ~open == 0 || standing.isBelieved { return 0 }
        var denied: UInt64 = 0
        var rest = written
        while rest != 0 {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            if !may(cells[cell], standing) { denied |= groups[cell] & written }
        }
        return denied
    }

    /// Whether the store may raise this escrow cell.
    func mayMint(_ cell: Int, _ standing: Standing) -> Bool { may(mints[cell] ?? .hub, standing) }

    /// Whether an insert may give the cell this value without raising anything.
    func isDefault(_ value: Value, of cell: Int) -> Bool { defaults[cell] == value }

    private func may(_ writer: Writer, _ standing: Standing) -> Bool {
        if standing.isByOperator || standing.isBelieved { return true }
        return switch writer {
        case .hub: false
        case .any, .store: standing.isInScope
        case .storeNamed(let column): standing.isInScope && (places[column].map(standing.names) ?? false)
        }
    }
}
