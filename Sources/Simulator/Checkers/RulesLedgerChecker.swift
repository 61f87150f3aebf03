import ChangeLog
import Replica

/// Invariants 1 and 8 for plain writers: every fact stands once, every tally is the sum of what was added to it, and
/// what was deleted stays deleted.
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
            let facts = try sql.texts("SELECT id FROM fact")
            for fact in rules.facts { try judge.one(facts.contains(fact.id), fact.write, fact.id) }
            for tally in 0..<RulesWorkload.tallies { try checkTally(tally, facts, sql) }
            let graves = try sql.texts("SELECT id FROM grave")
            for grave in rules.buried where graves.contains(grave.id) {
                throw Broken(
                    expected: "it was deleted",
                    found: "the hub has it",
                    subject: "grave \(grave.id)",
                    write: grave.write
                )
            }
        }
    }

    private func checkTally(_ tally: Int, _ facts: Set<String>, _ sql: SQL) throws {
        let row = try sql.statement("SELECT n FROM tally WHERE id = ?1").bind(1, "\(tally)")
        defer { row.clear() }
        guard try row.step() else { return }
        let found = row.integer(0)
        var sum = rules.facts.reduce(Int64(0)) {
            $1.tally == tally && facts.contains($1.id) ? $0 + $1.amount : $0
        }
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
