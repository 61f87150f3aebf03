import ChangeLog
import NetworkSchema

/// One replicated table as the hub's writer needs it.
final class HubTable {
    let plan: TablePlan
    let rows: RowStore
    let sources: ScopeSources
    let authority: Authority
    /// nil without escrow columns.
    let ledgers: LedgerStore?
    /// Tables whose rows have their scope by a row of this one.
    let children: [(table: Int, by: Int)]
    /// Escrow cells, as a mask; and all counters.
    let escrow: UInt64
    let counters: UInt64
    /// Escrow cells, and those in which their shares stand.
    let sharing: UInt64
    /// Cells of `first` whose setting has an effect.
    let settingEffects: UInt64
    /// Texts and blobs of a row, keys included, are no longer than this.
    let cellBytesMax: Int
    /// Text cells of the key.
    let textKeys: [Int]

    init(_ sql: SQL, plan: TablePlan, in schema: SchemaPlan) throws(ReplicaError) {
        self.plan = plan
        rows = try RowStore(sql, plan: plan)
        sources = ScopeSources(of: plan, in: schema)
        authority = Authority(of: plan, in: schema)
        ledgers = plan.escrow.isEmpty ? nil : try LedgerStore(sql, plan: plan)
        children = schema.children[plan.number]
        escrow = plan.escrow.reduce(0) { $0 | 1 << UInt64($1) }
        counters = plan.counterMask
        sharing = escrow | plan.shareCells
        settingEffects = plan.table.effects.reduce(0) { mask, effect in
            guard case .set(let column) = effect.event, let cell = plan.cell(ofColumn: column) else { return mask }
            return mask | 1 << UInt64(cell)
        }
        cellBytesMax = CellBounds.bytesMax(of: plan)
        textKeys = plan.shape.key.indices.filter { plan.shape.key[$0] == .text }
    }
}
