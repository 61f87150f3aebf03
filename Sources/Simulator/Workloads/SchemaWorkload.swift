import ChangeLog
import NetworkSchema
import Replica

/// Plain SQL writers on a schema that somebody else wrote: every table, every way SQL writes, without knowing what the
/// rows mean. What a schema's rules refuse is refused; that is no fault.
final class SchemaWorkload: Workload {
    private static let dayMilliseconds: Int64 = 86_400_000

    let schema: NetworkSchema
    let ledger = Ledger()
    let daily: Int
    /// The hub's is the last.
    private var chances: [Chance]
    private var isOver = false
    private weak var neighbourhood: Neighbourhood?

    init(_ schema: NetworkSchema, seed: UInt64, stores: Int, daily: Int) {
        self.schema = schema
        self.daily = daily
        chances = (0...stores).map { Chance(seed: seed, stream: "schema \($0)") }
    }

    /// What holds for every schema is checked anyway.
    var checkers: [any Checker] { [] }

    func begin(in neighbourhood: Neighbourhood) {
        self.neighbourhood = neighbourhood
        for (place, machine) in (neighbourhood.stores + [neighbourhood.hub] as [Machine]).enumerated() {
            next(place, at: machine, neighbourhood)
        }
    }

    func end() { isOver = true }

    private func next(_ place: Int, at machine: Machine, _ neighbourhood: Neighbourhood) {
        let pause = chances[place].pause(mean: Self.dayMilliseconds / Int64(max(daily, 1)))
        machine.world.queue.plan(after: pause) { [weak self] in
            guard let self, !isOver else { return }
            for _ in 0..<(chances[place].perMille(100) ? 5 : 1) { write(place, at: machine, neighbourhood) }
            machine.committed()
            next(place, at: machine, neighbourhood)
        }
    }

    func writeOnce(at store: StoreMachine) {
        guard let neighbourhood else { return }
        write(store.index, at: store, neighbourhood)
        store.committed()
    }

    private func write(_ place: Int, at machine: Machine, _ neighbourhood: Neighbourhood) {
        guard !schema.tables.isEmpty else { return }
        let store = machine is HubMachine ? chances[place].pick(neighbourhood.stores) : neighbourhood.stores[place]
        let table = chances[place].pick(schema.tables)
        let statement = SchemaStatement.draw(table, store: store, &chances[place])
        _ = ledger.write(statement, at: machine, machine.till) { sql in try sql.execute(statement) }
    }
}
