import ChangeLog
import NetworkSchema
import Replica
import Retail

/// Promises and facts that contradict each other, as facts and not as milestones: what a store did, it did.
///
///     at a store   sale · return · receipt · count · waste · order · hand-over (also of what was cancelled, or handed over
///                  before) · release · transfer out · transfer in (also short) · cancellation
///     at the hub   order · cancellation · payment · refund · take-over by another store
final class PromiseWorkload: Workload {
    /// A row that a write made, by its `id`.
    struct Made {
        let write: Int
        let table: String
        let id: String
    }

    static let products = 6
    private static let dayMilliseconds: Int64 = 86_400_000

    let schema: NetworkSchema
    let ledger = Ledger()
    private(set) var made: [Made] = []
    let daily: Int
    private weak var neighbourhood: Neighbourhood?
    private var chances: [Chance]
    private var hubChance: Chance
    private var isOver = false

    init(seed: UInt64, stores: Int, daily: Int) throws {
        schema = try NetworkSchema(yaml: RetailSchema.yaml)
        self.daily = daily
        chances = (0..<stores).map { Chance(seed: seed, stream: "promise \($0)") }
        hubChance = Chance(seed: seed, stream: "promise hub")
    }

    var checkers: [any Checker] { [PromiseLedgerChecker(self), PromiseLawChecker(), PromiseExceptionChecker()] }

    /// Its laws count on every fact that was told of: what a lost disk had not handed in would break them.
    var survivesLostDisks: Bool { false }

    func writeOnce(at store: StoreMachine) {
        guard let neighbourhood else { return }
        act(store, neighbourhood)
        store.committed()
    }

    func begin(in neighbourhood: Neighbourhood) {
        self.neighbourhood = neighbourhood
        let hub = neighbourhood.hub
        _ = ledger.write("products", at: hub, hub.till) { sql in
            for sku in 0..<Self.products {
                try sql.execute("INSERT INTO product(sku, name) VALUES ('p\(sku)', 'a product')")
            }
            for store in neighbourhood.stores {
                try sql.execute("INSERT INTO store(store_id, region) VALUES ('\(store.name)', 'town')")
            }
        }
        hub.committed()
        for store in neighbourhood.stores {
            for sku in 0..<Self.products { move(store, "p\(sku)", "receipt", chances[store.index].between(4...20)) }
            nextAtStore(store, of: neighbourhood)
        }
        nextAtHub(neighbourhood)
    }

    func end() { isOver = true }

    private func nextAtStore(_ store: StoreMachine, of neighbourhood: Neighbourhood) {
        let mean = Self.dayMilliseconds / Int64(max(daily, 1))
        store.world.queue.plan(after: chances[store.index].pause(mean: mean)) { [weak self] in
            guard let self, !isOver else { return }
            act(store, neighbourhood)
            store.committed()
            nextAtStore(store, of: neighbourhood)
        }
    }

    private func nextAtHub(_ neighbourhood: Neighbourhood) {
        let mean = Self.dayMilliseconds / Int64(max(daily * neighbourhood.stores.count / 3, 1))
        neighbourhood.world.queue.plan(after: hubChance.pause(mean: mean)) { [weak self] in
            guard let self, !isOver else { return }
            act(neighbourhood.hub, neighbourhood)
            neighbourhood.hub.committed()
            nextAtHub(neighbourhood)
        }
    }

    // MARK: At a store

    private func act(_ store: StoreMachine, _ neighbourhood: Neighbourhood) {
        let place = store.index
        let sku = "p\(chances[place].below(Self.products))"
        let (units, turn) = (chances[place].between(1...3), chances[place].below(1_000))
        switch chances[place].below(40) {
        case 0..<12: sell(store, sku, units)
        case 12..<14: sell(store, sku, -1)
        case 14..<18: move(store, sku, "receipt", units + 1)
        case 18: count(store, sku, chances[place].between(0...8))
        case 19: move(store, sku, "waste", -1)
        case 20..<26: order(store.name, sku, units, at: store, store.till)
        case 26..<31: handOver(store, turn, isCareless: chances[place].below(5) == 0)
        case 31..<34: release(store)
        case 34..<36: send(store, sku, units, to: neighbourhood.stores[chances[place].below(chances.count)])
        case 36..<38: takeIn(store, turn, short: Int64(chances[place].below(2)))
        default:
            onOrder("UPDATE customer_order SET cancelled_at = ?3 WHERE id = ?1", "cancelled", turn, store, store.till)
        }
    }

    private func sell(_ store: StoreMachine, _ sku: String, _ units: Int64) {
        write("sale", at: store, store.till) { id, sql in
            try sql.execute(
                """
                INSERT INTO sale(id, store_id, sold_at) VALUES ('\(id)', '\(store.name)', \(store.wallMilliseconds));
                INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount)
                  VALUES ('\(id)', 1, '\(store.name)', '\(sku)', \(units * 1_000), \(units * 100));
                """
            )
        }
    }

    private func move(_ store: StoreMachine, _ sku: String, _ reason: String, _ units: Int64) {
        write("stock_move", at: store, store.till) { id, sql in
            try sql.execute(
                """
                INSERT INTO stock_move(id, store_id, sku, quantity, reason, moved_at)
                  VALUES ('\(id)', '\(store.name)', '\(sku)', \(units * 1_000), '\(reason)', \(store.wallMilliseconds))
                """
            )
        }
    }

    private func count(_ store: StoreMachine, _ sku: String, _ units: Int64) {
        write("stock_count", at: store, store.till) { id, sql in
            try sql.execute(
                """
                INSERT INTO stock_count(id, store_id, sku, counted, counted_at)
                  VALUES ('\(id)', '\(store.name)', '\(sku)', \(units * 1_000), \(store.wallMilliseconds))
                """
            )
        }
    }

    /// - Parameter isCareless: also what was cancelled, or handed over before.
    private func handOver(_ store: StoreMachine, _ turn: Int, isCareless: Bool) {
        let open = isCareless ? "" : "AND cancelled_at IS NULL AND handed_over_at IS NULL"
        let choice = "SELECT id FROM customer_order WHERE store_id = '\(store.name)' \(open) ORDER BY id"
        guard let order = pick(choice, turn, store.till) else { return }
        write("hand_over", at: store, store.till) { id, sql in
            try sql.execute(
                """
                INSERT INTO hand_over(id, order_id, store_id, handed_over_at)
                  VALUES ('\(id)', '\(order)', '\(store.name)', \(store.wallMilliseconds));
                INSERT INTO hand_over_line(hand_over_id, line, order_id, store_id, sku, quantity)
                  SELECT '\(id)', line, order_id, '\(store.name)', sku, quantity FROM order_line WHERE order_id = '\(order)';
                """
            )
        }
    }

    private func release(_ store: StoreMachine) {
        _ = ledger.write("release at \(store.name)", at: store, store.till) { sql in
            try sql.execute(
                """
                INSERT INTO order_release(order_id, line, store_id, sku, quantity, released_at)
                  SELECT order_id, line, store_id, sku, quantity, \(store.wallMilliseconds) FROM release_due
                  WHERE store_id = '\(store.name)'
                """
            )
        }
    }

    private func send(_ store: StoreMachine, _ sku: String, _ units: Int64, to other: StoreMachine) {
        guard other.name != store.name else { return }
        write("transfer", at: store, store.till) { id, sql in
            try sql.execute(
                """
                INSERT INTO transfer(id, from_store, to_store, sent_at)
                  VALUES ('\(id)', '\(store.name)', '\(other.name)', \(store.wallMilliseconds));
                INSERT INTO transfer_line(transfer_id, line, from_store, sku, quantity)
                  VALUES ('\(id)', 1, '\(store.name)', '\(sku)', \(units * 1_000));
                """
            )
        }
    }

    private func takeIn(_ store: StoreMachine, _ turn: Int, short: Int64) {
        let choice = "SELECT id FROM transfer WHERE to_store = '\(store.name)' AND received_at IS NULL ORDER BY id"
        guard let transfer = pick(choice, turn, store.till) else { return }
        write("transfer_receipt", at: store, store.till) { id, sql in
            try sql.execute(
                """
                INSERT INTO transfer_receipt(id, transfer_id, from_store, to_store, sku, quantity, received_at)
                  SELECT '\(id)', t.id, t.from_store, t.to_store, l.sku, l.quantity - \(short * 1_000),
                    \(store.wallMilliseconds)
                  FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id WHERE t.id = '\(transfer)'
                """
            )
        }
    }

    // MARK: At the hub

    private func act(_ hub: HubMachine, _ neighbourhood: Neighbourhood) {
        let store = neighbourhood.stores[hubChance.below(neighbourhood.stores.count)].name
        let turn = hubChance.below(1_000)
        switch hubChance.below(12) {
        case 0..<5:
            let sku = "p\(hubChance.below(Self.products))"
            order(store, sku, hubChance.between(1...2), at: hub, hub.till)
        case 5..<7:
            onOrder("UPDATE customer_order SET cancelled_at = ?3 WHERE id = ?1", "cancelled", turn, hub, hub.till)
        case 7..<9:
            let pay =
                "INSERT INTO order_payment(order_id, amount, paid_at) SELECT ?1, max(due, 1), ?3 FROM customer_order WHERE id = ?1"
            onOrder(pay, "paid", turn, hub, hub.till)
        case 9:
            let refund =
                "INSERT INTO refund(order_id, amount, refunded_at) SELECT ?1, paid - refunded, ?3 FROM customer_order WHERE id = ?1 AND paid > refunded"
            onOrder(refund, "refunded", turn, hub, hub.till)
        default: takeOver(by: store, turn, hub)
        }
    }

    private func takeOver(by store: NodeName, _ turn: Int, _ hub: HubMachine) {
        // Never by a store that had it.
        let choice = """
            SELECT id FROM customer_order o WHERE store_id <> '\(store)' AND cancelled_at IS NULL AND handed_over_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM take_over t WHERE t.order_id = o.id AND t.from_store = '\(store)') ORDER BY id
            """
        guard let order = pick(choice, turn, hub.till) else { return }
        write("take_over", at: hub, hub.till) { id, sql in
            try sql.execute(
                """
                INSERT INTO take_over(id, order_id, from_store, to_store, taken_over_at)
                  SELECT '\(id)', id, store_id, '\(store)', \(hub.wallMilliseconds) FROM customer_order WHERE id = '\(order)';
                INSERT INTO take_over_line(take_over_id, line, order_id, from_store, to_store, sku, quantity)
                  SELECT t.id, l.line, l.order_id, t.from_store, t.to_store, l.sku, l.quantity
                  FROM take_over t JOIN order_line l ON l.order_id = t.order_id WHERE t.id = '\(id)';
                """
            )
        }
    }

    // MARK: At either

    private func order(_ store: NodeName, _ sku: String, _ units: Int64, at machine: Machine, _ till: Till) {
        write("customer_order", at: machine, till) { id, sql in
            try sql.execute(
                """
                INSERT INTO customer_order(id, store_id, placed_at) VALUES ('\(id)', '\(store)', \(machine.wallMilliseconds));
                INSERT INTO order_line(order_id, line, sku, quantity, amount)
                  VALUES ('\(id)', 1, '\(sku)', \(units * 1_000), \(units * 100));
                """
            )
        }
    }

    /// A statement about an open order that this node knows: ?1 is its id, ?2 this node, ?3 the time.
    private func onOrder(_ text: String, _ what: String, _ turn: Int, _ machine: Machine, _ till: Till) {
        let choice = "SELECT id FROM customer_order WHERE open_at IS NOT NULL ORDER BY id"
        guard let order = pick(choice, turn, till) else { return }
        _ = ledger.write("order \(order) \(what)", at: machine, till) { sql in
            let statement = try sql.statement(text)
            statement.bind(1, order)
            try statement.bind(3, machine.wallMilliseconds).run()
        }
    }

    /// One of the rows of a query, by chance.
    private func pick(_ query: String, _ turn: Int, _ till: Till) -> String? {
        let found: [String]? = till.read { sql in
            let row = try sql.statement(query)
            var ids: [String] = []
            while try row.step() { ids.append(row.string(0)) }
            return ids
        }
        guard let found, !found.isEmpty else { return nil }
        return found[turn % found.count]
    }

    private func write(
        _ table: String,
        at machine: Machine,
        _ till: Till,
        _ body: (String, SQL) throws -> Void
    ) {
        let id = "\(machine.name)-\(made.count)"
        let written = ledger.write("\(table) \(id)", at: machine, till) { sql in try body(id, sql) }
        made.append(Made(write: written.number, table: table, id: id))
    }
}
