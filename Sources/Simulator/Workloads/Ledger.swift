import ChangeLog
import Replica

/// What every client of the network was told, write by write. The promises are judged against this, and not against the
/// databases' own bookkeeping.
final class Ledger {
    enum Fate: Hashable {
        case committed
        /// All of it stands, or nothing: its client was told nothing.
        case unanswered
        case refused
    }

    struct Entry {
        let node: NodeName
        let at: Int64
        fileprivate(set) var fate: Fate
        /// The row that it is about, as stories name it.
        let subject: String
    }

    /// What a hostile store wrote and may not, and its commit was answered.
    struct Forged {
        let store: Int
        let table: String
    }

    private(set) var entries: [Entry] = []
    private(set) var forged: [Forged] = []
    private(set) var forgers: Set<Int> = []

    func noteForgery(in table: String, at store: Int, isCommitted: Bool) {
        forgers.insert(store)
        if isCommitted { forged.append(Forged(store: store, table: table)) }
    }

    /// What a node was told since is gone, or stands: it lost its disk with what it had not handed in.
    func forget(_ node: NodeName, from write: Int) {
        for place in entries.indices[max(write, 0)...] where entries[place].node == node {
            if entries[place].fate == .committed { entries[place].fate = .unanswered }
        }
    }

    func fate(of write: Int) -> Fate { entries[write].fate }

    func words(_ write: Int) -> String { entries.indices.contains(write) ? entries[write].subject : "write \(write)" }

    /// One transaction of an application, from its beginning to its answer.
    ///
    /// - Returns: its number here, and what came of it.
    func write(
        _ subject: String,
        at machine: Machine,
        _ till: Till,
        _ body: (SQL) throws -> Void
    ) -> (number: Int, fate: Fate) {
        let world = machine.world
        let number = entries.count
        let fate: Fate
        let what: Happening.What
        world.counts.writes += 1
        switch machine.isWritable ? till.write(body) : .refused("there is no disk") {
        case .committed: (fate, what) = (.committed, .committed(write: number))
        case .refused(let why):
            world.counts.refusedWrites += 1
            (fate, what) = (.refused, .refused(write: number, why))
        case .unanswered:
            world.counts.unansweredWrites += 1
            (fate, what) = (.unanswered, .unanswered(write: number))
        }
        entries.append(Entry(node: machine.name, at: world.now, fate: fate, subject: subject))
        machine.note(what)
        return (number, fate)
    }
}
