import ChangeLog
import Replica

/// Invariant 8 for plain writers: what was deleted stays deleted at every node, however long who writes it was away;
/// and no child outlives its parent.
final class GraveChecker: Checker {
    let invariant = Invariant.everyAge
    private unowned let rules: RulesWorkload

    init(_ rules: RulesWorkload) { self.rules = rules }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try check(neighbourhood.hub.observer, .hub)
        for store in neighbourhood.members { try check(store.observer, store.name) }
    }

    private func check(_ observer: Observer, _ node: NodeName) throws {
        try observer.look { sql in
            let graves = try sql.texts("SELECT id FROM grave")
            for grave in rules.buried
            where graves.contains(grave.id) && rules.ledger.fate(of: grave.write) == .committed {
                throw Broken(
                    expected: "it was deleted",
                    found: "\(node) has it",
                    subject: "grave \(grave.id)",
                    write: grave.write
                )
            }
            let orphans = try sql.texts(
                """
                SELECT folder_id || ' ' || number FROM page p \
                WHERE NOT EXISTS (SELECT 1 FROM folder f WHERE f.id = p.folder_id)
                """
            )
            if let orphan = orphans.min() {
                throw Broken(
                    expected: "it went with its folder",
                    found: "\(node) has it",
                    subject: "page \(orphan)"
                )
            }
        }
    }
}
