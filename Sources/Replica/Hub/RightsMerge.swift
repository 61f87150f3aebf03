import ChangeLog
import NetworkSchema

/// The rights that a write of escrow cells moves.
///
/// Law: a column and the units of its holders move together, by the same amount. A spend beyond the writer's own is
/// taken from fenced sites of the same store, then from the hub; what remains is not done, and is named.
struct Charge {
    /// The write with what could be spent.
    var write: Operation
    /// What the site wrote is what was done, and its own rights alone paid for it.
    var isExact = true
    var shortfalls: [(cell: Int, units: Int64)] = []
    /// By place among the escrow columns: what moved, of the writer's own units only.
    fileprivate var moves: [(place: Int, units: Int64)] = []
    /// All ledgers of the row before, when others' units moved too.
    fileprivate var before: [Ledger]?
    fileprivate var after: [Ledger]?

    init(write: Operation) { self.write = write }
}

extension ChangesetMerge {
    /// Moves the rights for a write into a living row; nil, or why it is refused, with nothing moved.
    func charge(
        _ charge: inout Charge,
        _ table: HubTable,
        _ standing: Authority.Standing
    ) throws(ReplicaError) -> QuarantineReason? {
        guard let ledgers = table.ledgers else { return nil }
        for cell in table.plan.escrow {
            if let units = charge.write.value(cell)?.integer, units > 0, !table.authority.mayMint(cell, standing) {
                return .notYours(column: table.plan.column(ofCell: cell).name)
            }
        }
        let key = charge.write.key
        for (place, cell) in table.plan.escrow.enumerated() {
            guard let units = charge.write.value(cell)?.integer, units != 0 else { continue }
            if charge.before == nil, try ledgers.move(units, of: site.holder, place: place, key: key) {
                charge.moves.append((place, units))
                continue
            }
            let before: [Ledger] =
                if let after = charge.after { after } else { try ledgers.load(key) }
            var after = before
            if units > 0 {
                guard after[place].mint(units, by: site.holder) else {
                    try undo(charge, table)
                    return .overflow(column: table.plan.column(ofCell: cell).name)
                }
            } else {
                let own = after[place].units(of: site.holder)
                let spent = after[place].spend(-units, from: payers(of: after[place]))
                if spent < -units { charge.shortfalls.append((cell, -units - spent)) }
                if own < -units { charge.isExact = false }
                charge.write.setCounter(cell, to: -spent)
            }
            try ledgers.save(after, before: before, of: key)
            charge.before = charge.before ?? before
            charge.after = after
        }
        return nil
    }

    /// Gives back what `charge` moved.
    func undo(_ charge: Charge, _ table: HubTable) throws(ReplicaError) {
        guard let ledgers = table.ledgers else { return }
        let key = charge.write.key
        if let before = charge.before, let after = charge.after { try ledgers.save(before, before: after, of: key) }
        for move in charge.moves.reversed() {
            _ = try ledgers.move(-move.units, of: site.holder, place: move.place, key: key)
        }
    }

    /// The write stands: names what was short, and remembers whose rights moved.
    func settle(
        _ charge: Charge,
        _ operation: Operation,
        _ table: HubTable,
        at position: Int64
    ) throws(ReplicaError) {
        for short in charge.shortfalls where !hub.mistakes.contains(.hideShortfalls) {
            let line = try refuse(
                operation,
                table,
                place: nil,
                .noRights,
                meta: try table.rows.loadMeta(operation.key),
                written: (1 << UInt64(short.cell), [.integer(-short.units)])
            )
            if isByOperator { continue }
            let row = RowKey(table: table.plan.number, key: operation.key)
            try hub.quarantine.owe(short.units, line: line, row: row, cell: short.cell)
        }
        if operation.mask & table.sharing != 0 { hub.rightsMoved(operation.mask, table, operation.key) }
    }

    /// Why an insert that begins a row is refused for its rights; nil when it is not.
    func rightsRefusal(
        ofInsert write: Operation,
        _ table: HubTable,
        _ standing: Authority.Standing
    ) -> QuarantineReason? {
        for cell in table.plan.escrow {
            guard let value = write.value(cell), let number = value.integer,
                let floor = table.plan.escrowTerms(ofCell: cell)?.floor
            else { continue }
            if number < floor { return .noRights }
            if number > floor, !table.authority.isDefault(value, of: cell), !table.authority.mayMint(cell, standing) {
                return .notYours(column: table.plan.column(ofCell: cell).name)
            }
        }
        return nil
    }

    /// The row begins: all units above the floor are its writer's.
    func mintBegun(_ state: RowState, _ table: HubTable, _ key: [Value]) throws(ReplicaError) {
        guard let store = table.ledgers else { return }
        let none = table.plan.escrow.map { _ in Ledger() }
        var ledgers = none
        for (place, cell) in table.plan.escrow.enumerated() {
            let floor = table.plan.escrowTerms(ofCell: cell)?.floor ?? 0
            _ = ledgers[place].mint(max((state.values[cell].integer ?? 0) - floor, 0), by: site.holder)
            hub.moved.append(MovedRights(table: table.plan.number, key: key, place: place))
        }
        try store.save(ledgers, before: none, of: key)
    }

    /// Who pays for a spend, in turn: the site's own rights, those of fenced sites of the store, the hub's.
    private func payers(of ledger: Ledger) -> [String] {
        let fenced = ledger.holdings.map(\.holder).filter {
            $0.utf8.starts(with: "\(site.store)#".utf8) && $0 != site.holder
                && !hub.mistakes.contains(.spareFenced)
        }
        return [site.holder] + fenced + [NodeName.hub.text]
    }
}

extension Operation {
    /// Replaces the delta of a written counter cell.
    mutating func setCounter(_ cell: Int, to delta: Int64) {
        values[(mask & ((1 << UInt64(cell)) - 1)).nonzeroBitCount] = .integer(delta)
    }
}
