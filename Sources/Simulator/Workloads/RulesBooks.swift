import ChangeLog
import Replica

/// What is counted: tallies that everyone adds to, facts with their effect on them, and boxes that are replaced whole.
extension RulesWorkload {
    func addToTally(_ writer: Writer) {
        let tally = chances[writer.place].below(Self.tallies)
        let amount = chances[writer.place].between(0...20) - 10
        var changed = 0
        let made = ledger.write("tally \(tally) + \(amount)", at: writer.machine, writer.till) { sql in
            try sql.execute("UPDATE tally SET n = n + (\(amount)) WHERE id = '\(tally)'")
            changed = sql.changes
        }
        guard changed > 0, made.fate != .refused else { return }
        additions.append(Addition(write: made.number, tally: tally, amount: amount))
    }

    func noteFact(_ writer: Writer) {
        guard !writer.isHub else { return addToTally(writer) }
        let tally = chances[writer.place].below(Self.tallies)
        let amount = chances[writer.place].between(1...9)
        // Numbers of two tills that collide.
        let isShared = chances[writer.place].perMille(60)
        let id = isShared ? "shared-\(chances[writer.place].below(Self.sharedKeys))" : "fact-\(facts.count)"
        let home = writer.machine.name
        // Its effect does nothing where the tally is not known yet: then the fact is not made.
        let isKnown = writer.till.read { sql in
            let row = try sql.statement("SELECT count(*) FROM tally")
            defer { row.reset() }
            return try row.step() && row.integer(0) == Int64(Self.tallies)
        }
        guard isKnown == true else { return }
        let made = ledger.write(id, at: writer.machine, writer.till) { sql in
            try sql.execute(
                "INSERT INTO fact(id, home, tally_id, amount) VALUES ('\(id)', '\(home)', '\(tally)', \(amount))"
            )
        }
        facts.append(Fact(write: made.number, id: id, home: home, tally: tally, amount: amount))
    }

    func fillBox(_ writer: Writer) {
        guard !writer.isHub else { return addToTally(writer) }
        let box = chances[writer.place].below(Self.boxes)
        let amount = chances[writer.place].between(1...50)
        let home = writer.machine.name
        let isReplaced = chances[writer.place].perMille(400)
        let statement =
            isReplaced
            ? "INSERT OR REPLACE INTO box(home, id, n) VALUES ('\(home)', '\(Self.boxName(box))', \(amount))"
            : "UPDATE box SET n = n + \(amount) WHERE home = '\(home)' AND id = '\(Self.boxName(box))'"
        var changed = 0
        let made = ledger.write(statement, at: writer.machine, writer.till) { sql in
            try sql.execute(statement)
            changed = sql.changes
        }
        guard changed > 0 else { return }
        let replacedBy = isReplaced ? amount : nil
        let added = isReplaced ? 0 : amount
        fillings.append(Filling(write: made.number, home: home, box: box, replacedBy: replacedBy, added: added))
    }
}
