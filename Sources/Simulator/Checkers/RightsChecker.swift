import ChangeLog
import NetworkSchema
import Replica

/// Invariant 4: at every node, in every snapshot, the units of all sites add up to the column less its floor, and none
/// is negative.
final class RightsChecker: Checker {
    private struct Query {
        let column: String
        /// Key, column less floor, units here, units elsewhere, the least of those.
        let text: String
    }

    let invariant = Invariant.rights
    private let queries: [Query]

    init(_ schema: NetworkSchema) {
        queries = SchemaPlan(schema).tables.flatMap { plan in plan.escrow.map { Self.query(plan, cell: $0) } }
    }

    private static func query(_ plan: TablePlan, cell: Int) -> Query {
        let column = plan.cells[cell]
        let name = plan.column(ofCell: cell).name
        let floor = plan.escrowTerms(ofCell: cell)?.floor ?? 0
        let others =
            "FROM \(plan.internalTable("others")) o WHERE \(plan.keysMatch("o", "t")) "
            + "AND o.\"column\" = \(SQLName.literal(name))"
        let text = """
            SELECT json_array(\(plan.key.map { "t.\($0)" }.joined(separator: ", "))), t.\(column) - (\(floor)), \
            coalesce(h.\(column), 0), coalesce((SELECT sum(o.units) \(others)), 0), \
            coalesce((SELECT min(o.units) \(others)), 0) \
            FROM \(plan.name) t LEFT JOIN \(plan.internalTable("held")) h ON \(plan.keysMatch("h", "t"))
            """
        return Query(column: "\(plan.table.name).\(name)", text: text)
    }

    func check(_ snapshot: Snapshot) throws {
        for query in queries {
            let row = try snapshot.sql.statement(query.text)
            defer { row.reset() }
            while try row.step() {
                let (total, here, others, least) = (row.integer(1), row.integer(2), row.integer(3), row.integer(4))
                guard here + others != total || here < 0 || least < 0 || total < 0 else { continue }
                throw Broken(
                    expected: "\(total) units, none negative",
                    found: "\(here) here and \(others) elsewhere, the least \(least)",
                    subject: "\(query.column) of \(row.string(0))"
                )
            }
        }
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            try check(Snapshot(node: .hub, store: nil, sql: sql))
        }
    }
}
