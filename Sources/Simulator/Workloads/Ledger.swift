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
        /// Of the run's boxes the one that it was written at.
        let box: Int
        let at: Int64
        fileprivate(set) var fate: Fate
        /// Its client was told that it is committed, and it was not seen to be gone since.
        fileprivate(set) var wasTold: Bool
        /// The files that it was written to are not what was written: parts of it may be handed in.
        fileprivate(set) var mayBeTorn: Bool
        /// The row that it is about, as stories name it.
        let subject: String
    }

    /// What a hostile store wrote and may not, and its commit was answered.
    struct Forged {
        let store: Int
        let table: String
        fileprivate let box: Int
        /// How many writes stood here before it.
        fileprivate let place: Int
    }

    private(set) var entries: [Entry] = []
    private(set) var forged: [Forged] = []
    private(set) var forgers: Set<Int> = []

    func noteForgery(in table: String, at store: StoreMachine, isCommitted: Bool) {
        forgers.insert(store.index)
        guard isCommitted else { return }
        forged.append(Forged(store: store.index, table: table, box: store.box, place: entries.count))
    }

    /// Stores whose rights may be spent twice: their replica was copied or set back, or an operator took their rights.
    private(set) var overspenders: Set<Int> = []

    func mayOverspend(_ store: Int) { overspenders.insert(store) }

    /// What a box was told in these writes is gone, or stands: its disk was lost with them, or the hub's was.
    func forget(_ box: Int, _ writes: Range<Int>) {
        for place in writes.clamped(to: entries.indices) where entries[place].box == box {
            if entries[place].fate == .committed { entries[place].fate = .unanswered }
            // Whatever the hub has of this box later, it is not this.
            entries[place].wasTold = false
        }
        forged.removeAll { $0.box == box && writes.lowerBound <= $0.place && $0.place <= writes.upperBound }
    }

    /// The box does not give back what was written.
    func damage(_ box: Int, _ writes: Range<Int>) {
        forget(box, writes)
        for place in writes.clamped(to: entries.indices) where entries[place].box == box {
            entries[place].mayBeTorn = true
        }
    }

    /// What a box was told in these writes binds the network: the hub has them.
    func confirm(_ box: Int, _ writes: Range<Int>) {
        for place in writes.clamped(to: entries.indices) where entries[place].box == box && entries[place].wasTold {
            entries[place].fate = .committed
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
        note(subject, at: machine, machine.isWritable ? till.write(body) : .refused("there is no disk"))
    }

    /// What an application was told of a transaction.
    @discardableResult
    func note(_ subject: String, at machine: Machine, _ outcome: Till.Outcome) -> (number: Int, fate: Fate) {
        let world = machine.world
        let number = entries.count
        let fate: Fate
        let what: Happening.What
        var wasTold = false
        world.counts.writes += 1
        switch outcome {
        case .committed:
            wasTold = true
            (fate, what) = (machine.isSure ? .committed : .unanswered, .committed(write: number))
        case .refused(let why):
            world.counts.refusedWrites += 1
            (fate, what) = (.refused, .refused(write: number, why))
        case .unanswered:
            world.counts.unansweredWrites += 1
            (fate, what) = (.unanswered, .unanswered(write: number))
        }
        entries.append(
            Entry(
                node: machine.name,
                box: machine.box,
                at: world.now,
                fate: fate,
                wasTold: wasTold,
                mayBeTorn: machine.isDamaged,
                subject: subject
            )
        )
        machine.note(what)
        return (number, fate)
    }
}
