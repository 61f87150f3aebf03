import ChangeLog
import Replica

/// Invariant 1 for rows with one writer: at rest a box holds what its store last made of it, REPLACE and UPDATE by
/// REPLACE and UPDATE.
final class BoxChecker: Checker {
    let invariant = Invariant.nothingLost
    private unowned let rules: RulesWorkload

    init(_ rules: RulesWorkload) { self.rules = rules }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            // A new replica does not know what was in its boxes until it has caught up.
            for store in neighbourhood.members
            where store.bornWrites == 0 && !rules.ledger.overspenders.contains(store.index) {
                for box in 0..<RulesWorkload.boxes { try check(box, of: store.name, sql) }
            }
        }
    }

    private func check(_ box: Int, of home: NodeName, _ sql: SQL) throws {
        let fillings = rules.fillings.filter { $0.home == home && $0.box == box }
        // Whether an unanswered write stands is not known, nor what came after it until the next REPLACE.
        var held: Int64? = 0
        for one in fillings {
            switch rules.ledger.fate(of: one.write) {
            case .committed: held = one.replacedBy ?? held.map { $0 + one.added }
            case .unanswered: held = nil
            case .refused: break
            }
        }
        guard let held, let last = fillings.last else { return }
        let row = try sql.statement("SELECT n FROM box WHERE home = ?1 AND id = ?2")
        defer { row.clear() }
        let found = try row.bind(1, home.text).bind(2, RulesWorkload.boxName(box)).step() ? row.integer(0) : 0
        if found != held {
            throw Broken(expected: "\(held)", found: "\(found)", subject: "box \(box) of \(home)", write: last.write)
        }
    }
}
