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
            // Of a folder that went with a lost disk, unseen, a page waits for what cannot come.
            let orphans = try sql.texts(
                """
                SELECT folder_id FROM page p WHERE NOT EXISTS (SELECT 1 FROM folder f WHERE f.id = p.folder_id)
                """
            )
            for folder in rules.folders
            where orphans.contains(folder.id) && rules.ledger.fate(of: folder.write) == .committed {
                throw Broken(
                    expected: "its pages went with it",
                    found: "\(node) has some",
                    subject: folder.id,
                    write: folder.write
                )
            }
        }
    }
}
