import ChangeLog
import Replica

/// Invariant 5 for plain writers: of facts that took one key at two stores the first arrival stands, and each other is
/// named by exactly one line of the quarantine; a fact with a key of its own is never refused.
final class RulesFactChecker: Checker {
    let invariant = Invariant.facts
    private unowned let rules: RulesWorkload

    init(_ rules: RulesWorkload) { self.rules = rules }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            try checkHonest(sql)
            let standing = try RulesFacts.standing(sql)
            let refused = try refusals(sql)
            for fact in rules.facts {
                let named = refused["\(fact.home) \(fact.id)"] ?? 0
                let stands = standing[fact.id] == fact.row
                let fate = rules.ledger.fate(of: fact.write)
                let wanted =
                    switch fate {
                    case .committed: stands ? 0 : 1
                    case .refused: 0
                    // It was never made, or it lost.
                    case .unanswered: stands ? 0 : named > 0 ? 1 : 0
                    }
                // A store may have tried its key again after a refusal of its own.
                guard named != wanted, !rules.facts.contains(where: { fact.isTwin(of: $0) }) else { continue }
                throw Broken(
                    expected: stands ? "no line of the quarantine: it stands" : "\(wanted) line of the quarantine",
                    found: "\(named)",
                    subject: fact.id,
                    write: fact.write
                )
            }
        }
    }

    /// A till writes only what its store may, and spends only what it holds; if its row moved away meanwhile, it was
    /// its to write.
    private func checkHonest(_ sql: SQL) throws {
        let row = try sql.statement(
            """
            SELECT store, "table", "key", reason, change FROM linli_quarantine \
            WHERE reason LIKE 'not yours%' OR reason = 'no rights' ORDER BY id
            """
        )
        defer { row.reset() }
        while try row.step() {
            guard let store = rules.names.firstIndex(of: row.string(0)), !rules.ledger.forgers.contains(store) else {
                continue
            }
            // Two that were one replica cannot know what the other did.
            if rules.ledger.overspenders.contains(store) { continue }
            if isPassing(row) { continue }
            throw Broken(
                expected: "what an honest store commits is its to write",
                found: "refused by the hub: \(row.string(3)), \(row.string(4))",
                subject: "\(row.string(1)) \(row.string(2)) of \(row.string(0))"
            )
        }
    }

    /// A row of the store's own that came and went before it was handed in goes up as a delete (`RowFold`): its key may be
    /// another store's by then.
    private func isPassing(_ line: Statement) -> Bool {
        let (store, key) = (line.string(0), line.string(2))
        guard line.string(4).contains(#""op":"delete""#), key.hasPrefix(#"[""#), key.hasSuffix(#""]"#) else {
            return false
        }
        let id = "'\(key.dropFirst(2).dropLast(2))'"
        return rules.ledger.entries.contains {
            $0.node.text == store && $0.fate != .refused && $0.subject.contains("INSERT") && $0.subject.contains(id)
        }
    }

    /// By store and id, how many inserts of facts were refused.
    private func refusals(_ sql: SQL) throws -> [String: Int] {
        let row = try sql.statement(
            """
            SELECT store || ' ' || json_extract("key", '$[0]') FROM linli_quarantine \
            WHERE "table" = 'fact' AND json_extract(change, '$.op') = 'insert'
            """
        )
        var lines: [String: Int] = [:]
        while try row.step() { lines[row.string(0), default: 0] += 1 }
        return lines
    }
}

/// The facts as they stand at the hub.
enum RulesFacts {
    struct Row: Hashable {
        let home: String
        let tally: String
        let amount: Int64
    }

    static func standing(_ sql: SQL) throws -> [String: Row] {
        let row = try sql.statement("SELECT id, home, tally_id, amount FROM fact")
        var rows: [String: Row] = [:]
        while try row.step() {
            rows[row.string(0)] = Row(home: row.string(1), tally: row.string(2), amount: row.integer(3))
        }
        return rows
    }
}
