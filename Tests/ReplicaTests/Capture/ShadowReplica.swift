import ChangeLog
import NetworkSchema
import Replica

/// What operations make of an empty replica, without SQL: the tables, the lives, and the ledger of this node's rights.
/// It says what is wrong with an operation that no correct fold can give.
struct ShadowReplica {
    struct Row: Equatable {
        var values: [Value]
    }

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    let plan: SchemaPlan
    private(set) var rows: [RowKey: Row] = [:]
    private(set) var lives: [RowKey: Int] = [:]
    /// Units of this node and of those that it granted to, by row and cell.
    private(set) var ledgers: [RowKey: [Int: Ledger]] = [:]
    private let node = "me"

    init(plan: SchemaPlan) { self.plan = plan }

    /// What a fold is to know of lives: only the unusual ones.
    func unusualLife(_ row: RowKey) -> Int? {
        guard let life = lives[row], life > 1 || rows[row] == nil else { return nil }
        return life
    }

    mutating func apply(_ operation: Operation) throws {
        let table = plan.tables[operation.table]
        let row = RowKey(table: operation.table, key: operation.key)
        let life = lives[row] ?? 0
        switch operation.kind {
        case .delete:
            guard operation.life > life else { throw mistake("a wrong life", operation) }
            // Of a row that came before it in the same batch, and in another millisecond.
            guard rows.removeValue(forKey: row) != nil || (operation.life - life) % 2 == 0 else {
                throw mistake("a delete of nothing", operation)
            }
            for (cell, ledger) in ledgers[row] ?? [:] where ledger.total != ledger.units(of: node) {
                throw mistake("a delete over the rights of others in cell \(cell)", operation)
            }
            ledgers[row] = nil
            lives[row] = operation.life
        case .insert:
            guard rows[row] == nil else { throw mistake("an insert over a row", operation) }
            guard operation.life > life else { throw mistake("a wrong life", operation) }
            rows[row] = Row(values: table.rules.map { $0 == .counter ? .integer(0) : .null })
            lives[row] = operation.life
            for cell in table.escrow {
                var ledger = Ledger()
                _ = ledger.mint(-(table.escrowTerms(ofCell: cell)?.floor ?? 0), by: node)
                ledgers[row, default: [:]][cell] = ledger
            }
            try write(operation, table, row)
        case .update:
            guard rows[row] != nil else { throw mistake("an update of nothing", operation) }
            guard operation.life == life else { throw mistake("a wrong life", operation) }
            guard operation.mask != 0 else { throw mistake("an update of no cell", operation) }
            try write(operation, table, row)
        case .grant(let cell, let to, let units):
            guard var ledger = ledgers[row]?[cell], ledger.grant(units, from: node, to: to.text) == units else {
                throw mistake("a grant of more than is held", operation)
            }
            ledgers[row]?[cell] = ledger
        }
    }

    private mutating func write(_ operation: Operation, _ table: TablePlan, _ row: RowKey) throws {
        var rest = operation.mask
        for value in operation.values {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            guard let old = rows[row]?.values[cell] else { continue }
            guard table.rules[cell] == .counter else {
                rows[row]?.values[cell] = value
                continue
            }
            guard case .integer(let delta) = value, case .integer(let sum) = old else {
                throw mistake("a counter without a number", operation)
            }
            rows[row]?.values[cell] = .integer(sum + delta)
            guard var ledger = ledgers[row]?[cell] else { continue }
            if delta >= 0 {
                _ = ledger.mint(delta, by: node)
            } else if ledger.spend(-delta, from: [node]) != -delta {
                throw mistake("a spend of more than is held", operation)
            }
            ledgers[row]?[cell] = ledger
        }
        guard rest == 0 else { throw mistake("fewer values than cells", operation) }
    }

    private func mistake(_ what: String, _ operation: Operation) -> Mistake {
        Mistake(description: "\(what): \(operation)")
    }
}
