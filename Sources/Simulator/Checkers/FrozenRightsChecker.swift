import ChangeLog
import NetworkSchema
import Replica

/// Invariant 4 after a fork, a resync, or in a new epoch of the hub: a store spends nothing until it has caught up. Looked
/// at when its session has frozen its rights.
final class FrozenRightsChecker: Checker {
    let invariant = Invariant.rights
    private let queries: [(column: String, text: String)]

    init(_ schema: NetworkSchema) {
        queries = SchemaPlan(schema).tables.flatMap { plan in
            plan.escrow.map { cell in
                let units = plan.cells[cell]
                let key = plan.key.joined(separator: ", ")
                return (
                    "\(plan.table.name).\(plan.column(ofCell: cell).name)",
                    "SELECT json_array(\(key)), \(units) FROM \(plan.internalTable("held")) WHERE \(units) > 0"
                )
            }
        }
    }

    func check(_ snapshot: Snapshot) throws {
        for query in queries {
            let row = try snapshot.sql.statement(query.text)
            defer { row.reset() }
            guard try row.step() else { continue }
            throw Broken(
                expected: "nothing to spend before the store has caught up",
                found: "\(row.integer(1)) units",
                subject: "\(query.column) of \(row.string(0))"
            )
        }
    }
}
