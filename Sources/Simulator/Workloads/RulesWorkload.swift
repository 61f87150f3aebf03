import ChangeLog
import NetworkSchema
import Replica

/// Plain SQL writers on a schema drawn from the seed: every merge rule, every scope, and what clients do to rows without
/// asking anyone.
final class RulesWorkload: Workload {
    static let tallies = 4
    static let purses = 3
    static let boxes = 5
    static let purseUnits: Int64 = 100
    /// Keys of facts that several stores take.
    static let sharedKeys = 40
    static let keysEach = 12
    private static let dayMilliseconds: Int64 = 86_400_000

    /// Keys are bytes: the last two are one text to Unicode.
    static func boxName(_ box: Int) -> String { ["0", "1", "2", "caf\u{e9}", "cafe\u{301}"][box] }

    let schema: NetworkSchema
    let ledger = Ledger()
    var facts: [Fact] = []
    var additions: [Addition] = []
    /// What purses got and gave.
    var spends: [PurseMove] = []
    /// Writes of boxes, in order.
    var fillings: [Filling] = []
    /// Deletes of graves that their client was told of.
    var buried: [(write: Int, id: String)] = []
    /// Folders, and the writes that made them.
    var folders: [(write: Int, id: String)] = []
    /// Of the stores, by index.
    private(set) var names: [String] = []
    let shape: RulesSchema
    let daily: Int
    var chances: [Chance]
    var graves = 0
    var wallets = 0
    private var isOver = false
    private weak var neighbourhood: Neighbourhood?

    init(seed: UInt64, stores: Int, daily: Int) throws {
        var chance = Chance(seed: seed, stream: "rules schema")
        shape = RulesSchema(&chance)
        schema = try NetworkSchema(yaml: shape.yaml)
        self.daily = daily
        // The hub's is the last.
        chances = (0...stores).map { Chance(seed: seed, stream: "rules \($0)") }
    }

    var checkers: [any Checker] {
        [
            RulesLedgerChecker(self), RulesFactChecker(self), GraveChecker(self), StrandedRightsChecker(),
            BoxChecker(self), PurseChecker(self),
        ]
    }

    var forgeries: [Forgery] {
        [
            Forgery(
                table: "fact",
                kind: .insert { [("home", SQLName.literal($0)), ("tally_id", "'0'"), ("amount", "1000")] }
            ),
            Forgery(table: "folder", kind: .insert { [("home", SQLName.literal($0)), ("title", "'mine'")] }),
        ]
    }

    func begin(in neighbourhood: Neighbourhood) {
        let hub = neighbourhood.hub
        self.neighbourhood = neighbourhood
        names = neighbourhood.stores.map { $0.name.text }
        _ = ledger.write("tallies", at: hub, hub.till) { sql in
            for tally in 0..<Self.tallies { try sql.execute("INSERT INTO tally(id) VALUES ('\(tally)')") }
        }
        for store in neighbourhood.stores {
            _ = ledger.write("purses of \(store.name)", at: store, store.till) { sql in
                for purse in 0..<Self.purses {
                    try sql.execute(
                        "INSERT INTO purse(home, id, units) VALUES ('\(store.name)', '\(purse)', \(Self.purseUnits))"
                    )
                }
            }
            store.committed()
            next(store.index, at: store, store.till, neighbourhood) { store.committed() }
        }
        hub.committed()
        next(chances.count - 1, at: hub, hub.till, neighbourhood) { hub.committed() }
    }

    func end() { isOver = true }

    func writeOnce(at store: StoreMachine) {
        guard let neighbourhood else { return }
        act(Writer(machine: store, till: store.till, place: store.index, isHub: false, neighbourhood))
        store.committed()
    }

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
    struct Writer {
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
        switch chances[writer.place].below(22) {
        case 0..<9: changeThing(writer)
        case 9..<11: addToTally(writer)
        case 11..<13: noteFact(writer)
        case 13..<15: touchGrave(writer)
        case 15..<17: usePurse(writer)
        case 17: useWallet(writer)
        case 18: fillBox(writer)
        default: useFolder(writer)
        }
    }
}
