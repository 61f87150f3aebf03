import ChangeLog
import Replica

/// Invariant 1 for plain writers: every fact stands once, and every tally is the sum of what was added to it, of facts
/// those that stand.
final class RulesLedgerChecker: Checker {
    /// Of so many unanswered additions every combination is tried.
    private static let unansweredMax = 12

    let invariant = Invariant.nothingLost
    private unowned let rules: RulesWorkload
    private let judge: LedgerJudge

    init(_ rules: RulesWorkload) {
        self.rules = rules
        judge = LedgerJudge(rules.ledger)
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            let facts = try RulesFacts.standing(sql)
            for fact in rules.facts where !isTaken(fact, facts) {
                try judge.one(facts[fact.id] == fact.row, fact.write, fact.id)
            }
            for tally in 0..<RulesWorkload.tallies { try checkTally(tally, facts, sql) }
        }
    }

    /// Its key was another store's first: what becomes of it is for the invariant of facts.
    private func isTaken(_ fact: RulesWorkload.Fact, _ facts: [String: RulesFacts.Row]) -> Bool {
        rules.facts.contains { $0.id == fact.id && $0.write != fact.write }
            && (facts[fact.id] != fact.row || rules.ledger.fate(of: fact.write) == .refused)
    }

    private func checkTally(_ tally: Int, _ facts: [String: RulesFacts.Row], _ sql: SQL) throws {
        let row = try sql.statement("SELECT n FROM tally WHERE id = ?1").bind(1, "\(tally)")
        defer { row.clear() }
        guard try row.step() else { return }
        let found = row.integer(0)
        var sum = facts.values.reduce(Int64(0)) { $1.tally == "\(tally)" ? $0 + $1.amount : $0 }
        var perhaps: [Int64] = []
        for addition in rules.additions where addition.tally == tally {
            switch rules.ledger.fate(of: addition.write) {
            case .committed: sum += addition.amount
            case .unanswered: perhaps.append(addition.amount)
            case .refused: break
            }
        }
        guard perhaps.count <= Self.unansweredMax else { return }
        let sums = perhaps.reduce(into: Set([sum])) { sums, amount in sums.formUnion(sums.map { $0 + amount }) }
        if !sums.contains(found) {
            throw Broken(
                expected: "\(sum)\(perhaps.isEmpty ? "" : " and any of \(perhaps)")",
                found: "\(found)",
                subject: "tally \(tally)"
            )
        }
    }
}
