import ChangeLog
import NetworkSchema
import Replica

/// Plain SQL writers on a schema drawn from the seed: every merge rule, every scope, and what clients do to rows without
/// asking anyone.
final class RulesWorkload: Workload {
    struct Fact {
        let write: Int
        let id: String
        let tally: Int
        let amount: Int64
    }

    struct Addition {
        let write: Int
        let tally: Int
        let amount: Int64
    }

    static let tallies = 4
    private static let purses = 3
    private static let keysEach = 12
    private static let dayMilliseconds: Int64 = 86_400_000

    let schema: NetworkSchema
    let ledger = Ledger()
    private(set) var facts: [Fact] = []
    private(set) var additions: [Addition] = []
    /// Deletes of graves that their client was told of.
    private(set) var buried: [(write: Int, id: String)] = []
    private let shape: RulesSchema
    private let daily: Int
    private var chances: [Chance]
    private var graves = 0
    private var folders = 0
    private var isOver = false

    init(seed: UInt64, stores: Int, daily: Int) throws {
        var chance = Chance(seed: seed, stream: "rules schema")
        shape = RulesSchema(&chance)
        schema = try NetworkSchema(yaml: shape.yaml)
        self.daily = daily
        // The hub's is the last.
        chances = (0...stores).map { Chance(seed: seed, stream: "rules \($0)") }
    }

    var checkers: [any Checker] { [RulesLedgerChecker(self)] }

    func begin(in neighbourhood: Neighbourhood) {
        let hub = neighbourhood.hub
        _ = ledger.write("tallies", at: hub, hub.till) { sql in
            for tally in 0..<Self.tallies { try sql.execute("INSERT INTO tally(id) VALUES ('\(tally)')") }
        }
        for store in neighbourhood.stores {
            _ = ledger.write("purses of \(store.name)", at: store, store.till) { sql in
                for purse in 0..<Self.purses {
                    try sql.execute("INSERT INTO purse(home, id, units) VALUES ('\(store.name)', '\(purse)', 100)")
                }
            }
            store.committed()
            next(store.index, at: store, store.till, neighbourhood) { store.committed() }
        }
        hub.committed()
        next(chances.count - 1, at: hub, hub.till, neighbourhood) { hub.committed() }
    }

    func end() { isOver = true }

    private func next(
        _ place: Int,
        at machine: Machine,
        _ till: Till,
        _ neighbourhood: Neighbourhood,
        committed: @escaping () -> Void
    ) {
        let pause = chances[place].pause(mean: Self.dayMilliseconds / Int64(max(daily, 1)))
        machine.world.queue.plan(after: pause) { [weak self] in
            guard let self, !isOver else { return }
            // Now and then a burst, so that one changeset holds several transactions.
            for _ in 0..<(chances[place].perMille(100) ? 5 : 1) {
                let isHub = place == chances.count - 1
                let writer = Writer(machine: machine, till: till, place: place, isHub: isHub, neighbourhood)
                act(writer)
            }
            committed()
            next(place, at: machine, till, neighbourhood, committed: committed)
        }
    }

    /// Who writes, and where.
    private struct Writer {
        let machine: Machine
        let till: Till
        let place: Int
        let isHub: Bool
        let neighbourhood: Neighbourhood

        init(machine: Machine, till: Till, place: Int, isHub: Bool, _ neighbourhood: Neighbourhood) {
            (self.machine, self.till, self.place) = (machine, till, place)
            (self.isHub, self.neighbourhood) = (isHub, neighbourhood)
        }
    }

    private func act(_ writer: Writer) {
        switch chances[writer.place].below(20) {
        case 0..<9: changeThing(writer)
        case 9..<11: addToTally(writer)
        case 11..<13: noteFact(writer)
        case 13..<15: touchGrave(writer)
        case 15..<17: usePurse(writer)
        default: useFolder(writer)
        }
    }

    // MARK: Things

    private func changeThing(_ writer: Writer) {
        let thing = chances[writer.place].pick(shape.things)
        let id = "\(thing.name)-\(chances[writer.place].below(Self.keysEach))"
        let home = self.home(of: thing, writer)
        let values = thing.columns.map { (name: $0.name, sql: value(of: $0, writer.place)) }
        let names = (["id", "home"] + values.map { $0.name }).joined(separator: ", ")
        let row = (["'\(id)'", "'\(home)'"] + values.map { $0.sql }).joined(separator: ", ")
        let one = chances[writer.place].below(values.count)
        let set = "\(values[one].name) = \(change(thing.columns[one], values[one].sql))"
        let statement =
            switch chances[writer.place].below(10) {
            case 0..<2: "INSERT OR IGNORE INTO \(thing.name)(\(names)) VALUES (\(row))"
            case 2..<6: "UPDATE \(thing.name) SET \(set) WHERE id = '\(id)'"
            case 6: "INSERT INTO \(thing.name)(\(names)) VALUES (\(row)) ON CONFLICT(id) DO UPDATE SET \(set)"
            case 7: "INSERT OR REPLACE INTO \(thing.name)(\(names)) VALUES (\(row))"
            case 8: "DELETE FROM \(thing.name) WHERE id = '\(id)'"
            default:
                "DELETE FROM \(thing.name) WHERE id = '\(id)'; "
                    + "INSERT OR IGNORE INTO \(thing.name)(\(names)) VALUES (\(row))"
            }
        _ = ledger.write(statement, at: writer.machine, writer.till) { sql in try sql.execute(statement) }
    }

    private func home(of thing: RulesSchema.Thing, _ writer: Writer) -> String {
        let stores = writer.neighbourhood.stores
        let store = writer.isHub ? chances[writer.place].pick(stores) : stores[writer.place]
        return thing.place == .region ? store.region : store.name.text
    }

    private func value(of column: RulesSchema.Column, _ place: Int) -> String {
        let number = chances[place].between(0...9)
        switch column.type {
        case "text": return number == 0 ? "NULL" : "'w\(number)-\(place)'"
        case "boolean": return "\(number % 2)"
        case "blob": return "x'0\(number)'"
        default: return column.rule == "counter" ? "\(number)" : number == 0 ? "NULL" : "\(number)"
        }
    }

    private func change(_ column: RulesSchema.Column, _ value: String) -> String {
        column.rule == "counter" ? "\(column.name) + \(value) - 4" : value
    }

    // MARK: Tallies and facts

    private func addToTally(_ writer: Writer) {
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

    private func noteFact(_ writer: Writer) {
        guard !writer.isHub else { return addToTally(writer) }
        let tally = chances[writer.place].below(Self.tallies)
        let amount = chances[writer.place].between(1...9)
        let id = "fact-\(facts.count)"
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
        facts.append(Fact(write: made.number, id: id, tally: tally, amount: amount))
    }

    // MARK: Graves

    private func touchGrave(_ writer: Writer) {
        if writer.isHub, chances[writer.place].perMille(500) {
            graves += 1
            _ = ledger.write("grave \(graves) made", at: writer.machine, writer.till) { [graves] sql in
                try sql.execute("INSERT INTO grave(id, word) VALUES ('\(graves)', 'new')")
            }
            return
        }
        guard graves > 0 else { return }
        let id = "\(max(1, graves - chances[writer.place].below(5)))"
        guard chances[writer.place].perMille(300) else {
            let word = "\(writer.machine.name) \(ledger.entries.count)"
            _ = ledger.write("grave \(id) word", at: writer.machine, writer.till) { sql in
                try sql.execute("UPDATE grave SET word = '\(word)' WHERE id = '\(id)'")
            }
            return
        }
        var changed = 0
        let made = ledger.write("grave \(id) deleted", at: writer.machine, writer.till) { sql in
            try sql.execute("DELETE FROM grave WHERE id = '\(id)'")
            changed = sql.changes
        }
        if changed > 0, made.fate == .committed { buried.append((made.number, id)) }
    }

    // MARK: Purses

    private func usePurse(_ writer: Writer) {
        let stores = writer.neighbourhood.stores
        let home = (writer.isHub ? chances[writer.place].pick(stores) : stores[writer.place]).name
        let id = chances[writer.place].below(Self.purses)
        let units = chances[writer.place].between(1...30)
        let key = "home = '\(home)' AND id = '\(id)'"
        let statement =
            switch chances[writer.place].below(6) {
            case 0 where !writer.isHub: "UPDATE purse SET units = units + \(units) WHERE \(key)"
            case 1:
                """
                INSERT INTO linli_grant("table", "key", "column", "to", units) VALUES ('purse', \
                json_array('\(home)', '\(id)'), 'units', '\(writer.isHub ? home.text : "hub")', \(units))
                """
            default: "UPDATE purse SET units = units - \(units) WHERE \(key)"
            }
        _ = ledger.write(statement, at: writer.machine, writer.till) { sql in try sql.execute(statement) }
    }

    // MARK: Folders

    private func useFolder(_ writer: Writer) {
        let stores = writer.neighbourhood.stores
        let home = (writer.isHub ? chances[writer.place].pick(stores) : stores[writer.place]).name
        let draw = chances[writer.place].below(10)
        if folders == 0 || draw < 2 {
            folders += 1
            let id = "folder-\(folders)"
            _ = ledger.write("\(id) made", at: writer.machine, writer.till) { sql in
                try sql.execute("INSERT INTO folder(id, home, title) VALUES ('\(id)', '\(home)', 'new')")
                for page in 1...2 {
                    try sql.execute("INSERT INTO page(folder_id, number, body) VALUES ('\(id)', \(page), 'p')")
                }
            }
            return
        }
        let id = "folder-\(max(1, folders - chances[writer.place].below(8)))"
        let number = 1 + chances[writer.place].below(4)
        let isHere = "EXISTS (SELECT 1 FROM folder WHERE id = '\(id)')"
        let statement =
            switch draw {
            case 2..<4 where writer.isHub: "UPDATE folder SET home = '\(home)' WHERE id = '\(id)'"
            case 2..<5: "UPDATE folder SET title = '\(writer.machine.name) \(ledger.entries.count)' WHERE id = '\(id)'"
            case 5: "INSERT OR IGNORE INTO page(folder_id, number, body) SELECT '\(id)', \(number), 'q' WHERE \(isHere)"
            case 6: "DELETE FROM page WHERE folder_id = '\(id)' AND number = \(number)"
            case 7: "DELETE FROM folder WHERE id = '\(id)'"
            default:
                "UPDATE page SET body = 'b\(ledger.entries.count)', hits = hits + 1 WHERE folder_id = '\(id)' "
                    + "AND number = \(number)"
            }
        _ = ledger.write(statement, at: writer.machine, writer.till) { sql in try sql.execute(statement) }
    }
}
