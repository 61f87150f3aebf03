import ChangeLog
import Replica

/// Invariant 4 for purses: at the hub a purse holds what came into it less what was spent, and what was spent beyond all
/// rights is owed, by name: nothing that was promised too often is hidden.
final class PurseChecker: Checker {
    /// Of so many unanswered moves every combination is tried.
    private static let unansweredMax = 12

    let invariant = Invariant.rights
    private unowned let rules: RulesWorkload

    init(_ rules: RulesWorkload) { self.rules = rules }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            for store in neighbourhood.stores {
                for purse in 0..<RulesWorkload.purses { try check(purse, of: store.name, sql) }
            }
        }
    }

    private func check(_ purse: Int, of home: NodeName, _ sql: SQL) throws {
        let row = try sql.statement("SELECT units FROM purse WHERE home = ?1 AND id = ?2")
        defer { row.clear() }
        guard try row.bind(1, home.text).bind(2, "\(purse)").step() else { return }
        let found = row.integer(0) - (try owed(purse, of: home, sql))
        var sum = RulesWorkload.purseUnits
        var perhaps: [Int64] = []
        for move in rules.spends where move.home == home && move.purse == purse {
            switch rules.ledger.fate(of: move.write) {
            case .committed: sum += move.units
            case .unanswered: perhaps.append(move.units)
            case .refused: break
            }
        }
        guard perhaps.count <= Self.unansweredMax else { return }
        let sums = perhaps.reduce(into: Set([sum])) { sums, units in sums.formUnion(sums.map { $0 + units }) }
        guard !sums.contains(found) else { return }
        throw Broken(
            expected: "\(sum) units less what is owed\(perhaps.isEmpty ? "" : ", and any of \(perhaps)")",
            found: "\(found)",
            subject: "purse \(purse) of \(home)"
        )
    }

    private func owed(_ purse: Int, of home: NodeName, _ sql: SQL) throws -> Int64 {
        let row = try sql.statement(
            """
            SELECT coalesce(sum(s.units), 0) FROM linli_shortfall s JOIN linli_quarantine q ON q.id = s.quarantine \
            WHERE q."table" = 'purse' AND q."key" = json_array(?1, ?2) AND q.settled_at IS NULL
            """
        )
        defer { row.clear() }
        return try row.bind(1, home.text).bind(2, "\(purse)").step() ? row.integer(0) : 0
    }
}
