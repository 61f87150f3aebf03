import ChangeLog
import NetworkSchema
import Replica

/// Invariant 4: at every node, in every snapshot, the units of all sites add up to the column less its floor, and none
/// is negative. Every look adds up all rows of a column, and some look at each row.
final class RightsChecker: Checker {
    /// At so many looks of a node one looks at each row, whatever the sums say.
    private static let looksARow = 4

    private struct Query {
        let column: String
        /// Whether all rows together keep the law.
        let sums: String
        /// Of each row that breaks the law: key, column less floor, units here, units elsewhere, the least of those.
        let text: String
    }

    let invariant = Invariant.rights
    private let queries: [Query]
    private var looks: [NodeName: Int] = [:]

    init(_ schema: NetworkSchema) {
        queries = SchemaPlan(schema).tables.flatMap { plan in plan.escrow.map { Self.query(plan, cell: $0) } }
    }

    private static func query(_ plan: TablePlan, cell: Int) -> Query {
        let column = plan.cells[cell]
        let name = plan.column(ofCell: cell).name
        let floor = plan.escrowTerms(ofCell: cell)?.floor ?? 0
        let all = "FROM \(plan.internalTable("others")) o WHERE o.\"column\" = \(SQLName.literal(name))"
        let others = "\(all) AND \(plan.keysMatch("o", "t"))"
        let sums = """
            SELECT t.units = h.units + o.units AND t.least >= 0 AND h.least >= 0 AND o.least >= 0 FROM
              (SELECT coalesce(sum(\(column) - (\(floor))), 0) AS units, coalesce(min(\(column) - (\(floor))), 0) AS least
                FROM \(plan.name)) t,
              (SELECT coalesce(sum(\(column)), 0) AS units, coalesce(min(\(column)), 0) AS least
                FROM \(plan.internalTable("held"))) h,
              (SELECT coalesce(sum(o.units), 0) AS units, coalesce(min(o.units), 0) AS least \(all)) o
            """
        let key = plan.key.map { "t.\($0)" }.joined(separator: ", ")
        // A row that keeps it, as all but one do, costs one sum.
        let text = """
            SELECT json_array(\(plan.key.joined(separator: ", "))), total, here, others, least FROM (
              SELECT \(key), t.\(column) - (\(floor)) AS total, coalesce(h.\(column), 0) AS here,
                coalesce((SELECT sum(o.units) \(others)), 0) AS others,
                coalesce((SELECT min(o.units) \(others)), 0) AS least
              FROM \(plan.name) t LEFT JOIN \(plan.internalTable("held")) h ON \(plan.keysMatch("h", "t")))
            WHERE here + others <> total OR here < 0 OR total < 0
              OR ((SELECT min(o.units) \(all)) < 0 AND least < 0)
            """
        return Query(column: "\(plan.table.name).\(name)", sums: sums, text: text)
    }

    func check(_ snapshot: Snapshot) throws {
        let look = looks[snapshot.node, default: 0]
        looks[snapshot.node] = look + 1
        for query in queries where try look % Self.looksARow == 0 || snapshot.integer(query.sums) != 1 {
            try checkRows(query, snapshot)
        }
    }

    private func checkRows(_ query: Query, _ snapshot: Snapshot) throws {
        let row = try snapshot.sql.statement(query.text)
        defer { row.reset() }
        guard try row.step() else { return }
        let (total, here, others, least) = (row.integer(1), row.integer(2), row.integer(3), row.integer(4))
        throw Broken(
            expected: "\(total) units, none negative",
            found: "\(here) here and \(others) elsewhere, the least \(least)",
            subject: "\(query.column) of \(row.string(0))"
        )
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            let snapshot = Snapshot(node: .hub, store: nil, sql: sql)
            for query in queries { try checkRows(query, snapshot) }
        }
    }
}
