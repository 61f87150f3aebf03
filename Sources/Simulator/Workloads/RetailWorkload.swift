import ChangeLog
import NetworkSchema
import Replica
import Retail

/// The trade of neighbourhood stores: sales at the counter, receipts and counts, orders for pick-up placed at the hub and
/// at the store, handed over or cancelled, notes that both ends edit, prices of the hub.
///
///     at a store   sale (with its lines and payment) · receipt · count · hand-over · ready · note · order
///     at the hub   order · cancellation · note · prices of several products at once
final class RetailWorkload: Workload {
    static let products = 20
    /// An amount is this and the version that wrote it.
    static let firstPrice: Int64 = 1_000

    let schema: NetworkSchema
    let ledger = Ledger()
    private(set) var sales: [Sale] = []
    private(set) var moves: [Move] = []
    private(set) var orders: [Order] = []
    private(set) var prices: [PriceChange] = []
    /// Orders of each store that may still be handed over, by their place in `orders`.
    private var open: [[Int]] = []
    private let salesPerDay: Int
    private var chances: [Chance] = []
    private var hubChance: Chance
    private var isOver = false

    init(seed: UInt64, stores: Int, salesPerDay: Int) throws {
        schema = try NetworkSchema(yaml: RetailSchema.yaml)
        self.salesPerDay = salesPerDay
        chances = (0..<stores).map { Chance(seed: seed, stream: "trade \($0)") }
        hubChance = Chance(seed: seed, stream: "trade hub")
        open = (0..<stores).map { _ in [] }
    }

    var checkers: [any Checker] {
        [RetailLedgerChecker(self), RetailConservationChecker(), RetailAtomicChecker(self), RetailPriceChecker()]
    }

    // MARK: The course of a day

    func begin(in neighbourhood: Neighbourhood) {
        openHub(neighbourhood)
        for store in neighbourhood.stores {
            openStore(store)
            nextAtStore(store)
        }
        nextAtHub(neighbourhood)
    }

    func end() { isOver = true }

    private static let dayMilliseconds: Int64 = 86_400_000

    private func nextAtStore(_ store: StoreMachine) {
        // Beside its sales a store does a fifth as much of the rest.
        let mean = Self.dayMilliseconds / Int64(max(salesPerDay * 6 / 5, 1))
        store.world.queue.plan(after: chances[store.index].pause(mean: mean)) { [weak self] in
            guard let self, !isOver else { return }
            actAtStore(store)
            nextAtStore(store)
        }
    }

    private func nextAtHub(_ neighbourhood: Neighbourhood) {
        let mean = Self.dayMilliseconds / Int64(max(salesPerDay * neighbourhood.stores.count / 10, 1))
        neighbourhood.world.queue.plan(after: hubChance.pause(mean: mean)) { [weak self] in
            guard let self, !isOver else { return }
            actAtHub(neighbourhood)
            nextAtHub(neighbourhood)
        }
    }

    private func actAtStore(_ store: StoreMachine) {
        switch chances[store.index].below(60) {
        case 0..<50: sell(store)
        case 50..<52: move(store, reason: "receipt", quantity: 1_000 * chances[store.index].between(5...30))
        case 52: move(store, reason: "count", quantity: 1_000 * (chances[store.index].between(0...4) - 2))
        case 53..<55: placeOrder(store.index, at: store, store.till, chance: &chances[store.index])
        case 55..<58: handOver(store)
        case 58: markReady(store)
        default: editNote(store.index, at: store, store.till, chance: &chances[store.index])
        }
        store.committed()
    }

    private func actAtHub(_ neighbourhood: Neighbourhood) {
        let hub = neighbourhood.hub
        let store = hubChance.below(neighbourhood.stores.count)
        switch hubChance.below(10) {
        case 0..<5: placeOrder(store, at: hub, hub.till, chance: &hubChance)
        case 5..<7: changePrices(hub)
        case 7..<9: editNote(store, at: hub, hub.till, chance: &hubChance)
        default: cancel(store, at: hub)
        }
        hub.committed()
    }

    // MARK: The beginning

    private func openHub(_ neighbourhood: Neighbourhood) {
        let hub = neighbourhood.hub
        let skus = Array(0..<Self.products)
        let made = ledger.write("products", at: hub, hub.till) { sql in
            for sku in skus { try RetailSQL.addProduct(sku, sql) }
        }
        prices.append(PriceChange(write: made.number, version: 0, skus: skus))
        hub.committed()
    }

    private func openStore(_ store: StoreMachine) {
        for sku in 0..<Self.products {
            let quantity = 1_000 * chances[store.index].between(2...60)
            let id = "\(store.name)-open-\(sku)"
            let made = ledger.write("stock_move \(id)", at: store, store.till) { sql in
                try RetailSQL.addStock(sku, store: store.name, sql)
                try insertMove(id, store, sku, quantity, "receipt", sql)
            }
            moves.append(Move(write: made.number, store: store.index, id: id, sku: sku, quantity: quantity))
        }
        store.committed()
    }

    // MARK: At a store

    private func sell(_ store: StoreMachine) {
        let id = "\(store.name)-\(sales.count)"
        let lines = drawLines(&chances[store.index])
        let made = ledger.write("sale \(id)", at: store, store.till) { sql in
            try RetailSQL.sell(id, store: store.name, lines, at: store.wallMilliseconds, sql)
        }
        sales.append(Sale(write: made.number, store: store.index, id: id, lines: lines))
    }

    private func move(_ store: StoreMachine, reason: String, quantity: Int64) {
        guard quantity != 0 else { return }
        let sku = chances[store.index].below(Self.products)
        let id = "\(store.name)-m\(moves.count)"
        let made = ledger.write("stock_move \(id)", at: store, store.till) { sql in
            try insertMove(id, store, sku, quantity, reason, sql)
            guard reason == "count" else { return }
            let now = store.wallMilliseconds
            try RetailSQL.noteCount(of: sku, store: store.name, found: quantity, at: now, sql)
        }
        moves.append(Move(write: made.number, store: store.index, id: id, sku: sku, quantity: quantity))
    }

    private func insertMove(
        _ id: String,
        _ store: StoreMachine,
        _ sku: Int,
        _ quantity: Int64,
        _ reason: String,
        _ sql: SQL
    ) throws {
        let now = store.wallMilliseconds
        try RetailSQL.move(id, store: store.name, sku: sku, quantity: quantity, reason: reason, at: now, sql)
    }

    private func handOver(_ store: StoreMachine) {
        guard let order = takeOpen(of: store.index, &chances[store.index]) else { return }
        let id = orders[order].id
        if let write = setMilestone("handed_over_at", of: id, at: store, store.till) {
            orders[order].handedOver.append(write)
        }
    }

    private func markReady(_ store: StoreMachine) {
        guard !open[store.index].isEmpty else { return }
        let order = chances[store.index].pick(open[store.index])
        _ = setMilestone("ready_at", of: orders[order].id, at: store, store.till)
    }

    // MARK: At the hub

    private func cancel(_ store: Int, at hub: HubMachine) {
        guard !open[store].isEmpty else { return }
        // It stays open: the store may hand it over without knowing.
        let order = hubChance.pick(open[store])
        if let write = setMilestone("cancelled_at", of: orders[order].id, at: hub, hub.till) {
            orders[order].cancelled.append(write)
        }
    }

    private func changePrices(_ hub: HubMachine) {
        let version = Int64(prices.count)
        let first = hubChance.below(Self.products)
        let skus = (0..<3).map { (first + $0 * 7) % Self.products }.sorted()
        let made = ledger.write("prices version \(version)", at: hub, hub.till) { sql in
            for sku in skus { try RetailSQL.changePrice(of: sku, version: version, sql) }
        }
        prices.append(PriceChange(write: made.number, version: version, skus: skus))
    }

    // MARK: At either

    private func placeOrder(_ store: Int, at machine: Machine, _ till: Till, chance: inout Chance) {
        let id = "o\(orders.count)-\(machine.name)"
        let lines = drawLines(&chance)
        let storeName = Self.storeName(store)
        let made = ledger.write("order \(id)", at: machine, till) { sql in
            try RetailSQL.placeOrder(id, store: storeName, lines, at: machine.wallMilliseconds, sql)
        }
        orders.append(Order(write: made.number, store: store, id: id, lines: lines))
        if made.fate == .committed { open[store].append(orders.count - 1) }
    }

    /// - Returns: the write, when it changed the row.
    private func setMilestone(_ column: String, of id: String, at machine: Machine, _ till: Till) -> Int? {
        var isChanged = false
        let made = ledger.write("order \(id) \(column)", at: machine, till) { sql in
            isChanged = try RetailSQL.setMilestone(column, ofOrder: id, at: machine.wallMilliseconds, sql)
        }
        return isChanged && made.fate != .refused ? made.number : nil
    }

    private func editNote(_ store: Int, at machine: Machine, _ till: Till, chance: inout Chance) {
        guard !open[store].isEmpty else { return }
        let id = orders[chance.pick(open[store])].id
        let note = "\(machine.name) \(ledger.entries.count)"
        _ = ledger.write("order \(id) note", at: machine, till) { sql in
            try RetailSQL.setNote(note, ofOrder: id, sql)
        }
    }

    private func takeOpen(of store: Int, _ chance: inout Chance) -> Int? {
        guard !open[store].isEmpty else { return nil }
        return open[store].remove(at: chance.below(open[store].count))
    }

    private func drawLines(_ chance: inout Chance) -> [Line] {
        let count = 1 + chance.below(3)
        let first = chance.below(Self.products)
        return (0..<count).map { number in
            let quantity = 1_000 * chance.between(1...3)
            return Line(sku: (first + number * 3) % Self.products, quantity: quantity, amount: quantity / 10 + 5)
        }
    }

    static func storeName(_ index: Int) -> String { "store-\(index + 1)" }
}
