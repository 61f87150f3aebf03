import ChangeLog
import Replica

/// Invariant 4 for rows that move: at rest no store holds rights in a row that it does not receive any more. What a
/// retired store held stays its own until an operator releases it.
final class StrandedRightsChecker: Checker {
    let invariant = Invariant.rights

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            let row = try sql.statement(
                """
                SELECT w.id, w.home, r.node, r.units FROM wallet w JOIN linli_rights r \
                ON r."table" = 'wallet' AND r."key" = json_array(w.id) \
                WHERE r.units > 0 AND r.node NOT IN ('hub', w.home) AND r.node NOT LIKE '%#%'
                """
            )
            defer { row.reset() }
            let retired = Set(neighbourhood.stores.filter { $0.isRetired }.map(\.name.text))
            while try row.step() {
                guard !retired.contains(row.string(2)) else { continue }
                throw Broken(
                    expected: "all its units with \(row.string(1)) and the hub",
                    found: "\(row.integer(3)) units with \(row.string(2))",
                    subject: "wallet \(row.string(0))"
                )
            }
        }
    }
}
