import ChangeLog
import NetworkSchema

/// One row as the store's application shall see it: the hub's state of it, and own writes laid on top in order.
///
/// Law: an escrow column moves exactly as the units of its ledger do, so that the units of all holders go on adding up
/// to the column minus its floor. A spend beyond what this site holds is taken as the hub will take it: from fenced
/// sites of the same store, then from the hub; what remains is not shown as spent.
struct OverlaidRow: Hashable {
    var row: RowMerge
    /// By escrow cell, as `TablePlan.escrow`; empty ledgers when the row is not alive.
    var ledgers: [Ledger]

    /// A row as the feed gives it; nil when its ledger cannot be.
    init?(_ state: RowState, ledger: [Holding], plan: TablePlan) {
        row = RowMerge(state: state)
        ledgers = []
        for cell in plan.escrow {
            let holdings = ledger.filter { $0.column == cell }.map { (holder: $0.holder, units: $0.units) }
            guard let ledger = Ledger(holdings) else { return nil }
            ledgers.append(ledger)
        }
    }

    /// A row that is not there: dead in an even life, or never seen, 0.
    init(deadAt life: Int, plan: TablePlan) {
        row = RowMerge(deadAt: life, deletedAt: .start)
        ledgers = plan.escrow.map { _ in Ledger() }
    }

    init(row: RowMerge, ledgers: [Ledger]) {
        self.row = row
        self.ledgers = ledgers
    }

    var isAlive: Bool { row.state != nil }

    /// Lays one own write on top.
    mutating func lay(_ write: Operation, by writer: OverlayWriter, plan: TablePlan) {
        if case .grant(let column, let to, let units) = write.kind {
            guard isAlive, let place = plan.escrow.firstIndex(of: column) else { return }
            _ = ledgers[place].grant(units, from: writer.holder, to: to.text)
            return
        }
        let before = row
        let at = CellClock(stamp: write.stamp, site: writer.site)
        let outcome = row.merge(write.withDefaults(of: plan), base: nil, at: at, rules: plan.rules)
        guard outcome.overflow == nil else {
            row = before
            return
        }
        guard let state = row.state else {
            ledgers = plan.escrow.map { _ in Ledger() }
            return
        }
        if let old = before.state, before.life == row.life {
            move(from: old, to: state, by: writer, plan: plan)
        } else {
            begin(state, by: writer, plan: plan)
        }
    }

    /// The row begins with this write: all its units are the writer's.
    private mutating func begin(_ state: RowState, by writer: OverlayWriter, plan: TablePlan) {
        for (place, cell) in plan.escrow.enumerated() {
            ledgers[place] = Ledger()
            let units = (state.values[cell].integer ?? 0) - (plan.escrowTerms(ofCell: cell)?.floor ?? 0)
            if units > 0 { _ = ledgers[place].mint(units, by: writer.holder) }
        }
    }

    private mutating func move(from old: RowState, to new: RowState, by writer: OverlayWriter, plan: TablePlan) {
        for (place, cell) in plan.escrow.enumerated() {
            let value = old.values[cell].integer ?? 0
            let delta = (new.values[cell].integer ?? 0) - value
            var moved: Int64 = 0
            if delta > 0 {
                moved = ledgers[place].mint(delta, by: writer.holder) ? delta : 0
            } else if delta < 0 {
                moved = -ledgers[place].spend(-delta, from: writer.payers(of: ledgers[place]))
            }
            row.state?.values[cell] = .integer(value + moved)
        }
    }
}

/// Whose writes are laid on top.
struct OverlayWriter: Hashable {
    let site: SiteID
    /// The store's name, under which it holds rights.
    let holder: String

    /// Who pays for a spend of this store, in turn.
    func payers(of ledger: Ledger) -> [String] {
        let fenced = ledger.holdings.map(\.holder).filter { $0.utf8.starts(with: "\(holder)#".utf8) }
        return [holder] + fenced + [NodeName.hub.text]
    }
}

extension Operation {
    /// An insert sealed under an older schema version, with the defaults of the columns that were added since.
    func withDefaults(of plan: TablePlan) -> Operation {
        guard kind == .insert, mask != plan.shape.fullMask else { return self }
        var filled = self
        filled.mask = plan.shape.fullMask
        filled.values = plan.shape.values.indices.map { value($0) ?? plan.defaultValue(ofCell: $0) }
        return filled
    }
}

extension TablePlan {
    /// What a value cell holds in a row that was written before the column was added.
    func defaultValue(ofCell cell: Int) -> Value {
        let column = column(ofCell: cell)
        return switch column.defaultValue {
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        case .none: column.merge.isCounter ? .integer(0) : .null
        }
    }
}
