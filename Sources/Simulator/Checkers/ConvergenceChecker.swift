import ChangeLog
import NetworkSchema
import Replica

/// Invariant 2: at rest, the rows of a store's scope are the same at the store and at the hub.
final class ConvergenceChecker: Checker {
    let invariant = Invariant.convergence
    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        let plan = SchemaPlan(neighbourhood.hub.schema)
        for store in neighbourhood.members {
            let here = try store.observer.look { sql in
                try ReplicaDigest.ofEverything(sql, plan: plan, scope: store.name)
            }
            let there = try neighbourhood.hub.observer.look { sql in
                try ReplicaDigest.ofScope(sql, plan: plan, store: store.name, region: store.region)
            }
            neighbourhood.world.trace.mix(here.total)
            for (one, other) in zip(here.tables, there.tables) where one != other {
                throw Broken(
                    expected: "hub: \(other.rows) rows, \(other.digest.prefix(12))",
                    found: "\(store.name): \(one.rows) rows, \(one.digest.prefix(12))",
                    subject: "table \(one.name) of \(store.name)" + (try difference(one.name, store, neighbourhood))
                )
            }
        }
    }

    /// The first row in which they differ, in words.
    private func difference(_ table: String, _ store: StoreMachine, _ neighbourhood: Neighbourhood) throws -> String {
        guard let plan = SchemaPlan(neighbourhood.hub.schema).table(named: table) else { return "" }
        let columns = plan.table.columns.filter { $0.generated == nil }.map { SQLName.quoted($0.name) }
        let key = plan.key.joined(separator: ", ")
        let query =
            "SELECT json_array(\(key)), json_array(\(columns.joined(separator: ", "))) "
            + "FROM \(plan.name) ORDER BY \(key)"
        func rows(_ observer: Observer) throws -> [(key: String, row: String)] {
            try observer.look { sql in
                let statement = try sql.statement(query)
                var rows: [(key: String, row: String)] = []
                while try statement.step() { rows.append((statement.string(0), statement.string(1))) }
                return rows
            }
        }
        let here = try rows(store.observer)
        let there = try rows(neighbourhood.hub.observer)
        for row in here {
            guard let other = there.first(where: { $0.key == row.key }) else {
                return ", row \(row.row) stands only at the store"
            }
            if other.row != row.row { return ", row \(row.row) at the store, \(other.row) at the hub" }
        }
        let known = Set(here.map { $0.key })
        if let other = there.first(where: { !known.contains($0.key) && $0.row.contains("\"\(store.name)\"") }) {
            return ", row \(other.row) stands only at the hub"
        }
        return ""
    }
}
