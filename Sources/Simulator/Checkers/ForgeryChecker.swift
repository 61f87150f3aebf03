import ChangeLog
import NetworkSchema
import Replica

/// Invariant 7, its first half: what a hostile store writes and may not stands at no other node, ever; and at rest the
/// hub's quarantine names it.
final class ForgeryChecker: Checker {
    let invariant = Invariant.blastRadius
    private unowned let workload: any Workload
    /// By table, the forged rows in it.
    private let queries: [(table: String, text: String)]

    init(_ workload: any Workload) {
        self.workload = workload
        queries = workload.forgeries.map { forgery in
            (forgery.table, "SELECT 'forged' FROM \(SQLName.quoted(forgery.table)) WHERE \(forgery.isForged)")
        }
    }

    func check(_ snapshot: Snapshot) throws {
        let forgers = workload.ledger.forgers
        guard !forgers.isEmpty else { return }
        // It may look at its own until the hub's answer comes.
        if let store = snapshot.store, forgers.contains(store) { return }
        for query in queries {
            let row = try snapshot.sql.statement(query.text)
            defer { row.reset() }
            guard try row.step() else { continue }
            throw Broken(
                expected: "nothing that a hostile store may not write",
                found: "\(snapshot.node) has it",
                subject: "\(row.string(0)) \(query.table)"
            )
        }
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        let forged = workload.ledger.forged
        for machine in neighbourhood.machines {
            try machine.observer.look { sql in
                try check(Snapshot(node: machine.name, store: nil, sql: sql))
            }
        }
        try neighbourhood.hub.observer.look { sql in
            let named = try sql.texts(
                "SELECT store || ' ' || \"table\" FROM linli_quarantine WHERE \"table\" IS NOT NULL"
            )
            for one in forged {
                let name = neighbourhood.stores[one.store].name
                guard !named.contains("\(name) \(one.table)") else { continue }
                throw Broken(
                    expected: "a line of the quarantine",
                    found: "none",
                    subject: "forged \(one.table) of \(name)"
                )
            }
        }
    }
}
