import ChangeLog
import NetworkSchema
import Replica
import Retail

/// The trade of neighbourhood stores: sales at the counter, receipts and counts, orders for pick-up placed at the hub and
/// at the store, handed over or cancelled, notes that both ends edit, prices of the hub.
///
///     at a store   sale (with its lines and payment) · receipt · count · hand-over · ready · note · order · goods sent to
///                  another store, and received from one
///     at the hub   order · cancellation · note · prices of several products at once
///     by itself    orders of a store that is silent or frozen are taken over in its region · rights follow demand
final class RetailWorkload: Workload {
    /// An amount is this and the version that wrote it.
    static let firstPrice: Int64 = 1_000
    /// Then a store's open orders are another's.
    private static let silentSeconds: Int64 = 600

    let schema: NetworkSchema
    let ledger = Ledger()
    var sales: [Sale] = []
    var moves: [Move] = []
    var orders: [Order] = []
    var prices: [PriceChange] = []
    var notes: [NoteEdit] = []
    var transfers: [Transfer] = []
    var receipts: [TransferReceipt] = []
    /// Orders of each store that may still be handed over, by their place in `orders`.
    var open: [[Int]] = []
    let mix: RetailMix
    var chances: [Chance] = []
    var hubChance: Chance
    private var isOver = false

    init(seed: UInt64, stores: Int, mix: RetailMix) throws {
        schema = try NetworkSchema(yaml: RetailSchema.yaml)
        self.mix = mix
        chances = (0..<stores).map { Chance(seed: seed, stream: "trade \($0)") }
        hubChance = Chance(seed: seed, stream: "trade hub")
        open = (0..<stores).map { _ in [] }
    }

    var checkers: [any Checker] {
        [
            RetailLedgerChecker(self), RetailConservationChecker(ledger), RetailAtomicChecker(self),
            RetailPriceChecker(self),
            RetailFactChecker(self),
        ]
    }

    var products: Int { mix.products }

    var forgeries: [Forgery] { Self.forgeries(of: RetailSQL.name(0)) }

    var wrongRows: [Forgery] {
        [
            Forgery(
                table: "stock_move",
                kind: .insert { store in
                    [
                        ("store_id", SQLName.literal(store)), ("sku", SQLName.literal(RetailSQL.name(0))),
                        ("quantity", "0"), ("reason", "'stolen'"),
                    ]
                }
            )
        ]
    }

    var tradeRoundMilliseconds: Int64? { 300_000 }

    var daily: Int { mix.total(isHub: false) / 1_000 }

    func writeOnce(at store: StoreMachine) { actAtStore(store) }

    /// - Parameter sku: of a product that is there.
    static func forgeries(of sku: String?) -> [Forgery] {
        [
            Forgery(table: "customer_order", kind: .insert { [("store_id", SQLName.literal($0))] }),
            Forgery(table: "sale", kind: .insert { [("store_id", SQLName.literal($0))] }),
        ] + (sku.map { [Forgery(table: "product", kind: .update(key: $0, column: "unit"))] } ?? [])
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
        guard let pause = pause(isHub: false, times: 1, &chances[store.index]) else { return }
        store.world.queue.plan(after: pause) { [weak self] in
            guard let self, !isOver else { return }
            actAtStore(store)
            nextAtStore(store)
        }
    }

    private func nextAtHub(_ neighbourhood: Neighbourhood) {
        guard let pause = pause(isHub: true, times: neighbourhood.stores.count, &hubChance) else { return }
        neighbourhood.world.queue.plan(after: pause) { [weak self] in
            guard let self, !isOver else { return }
            actAtHub(neighbourhood)
            nextAtHub(neighbourhood)
        }
    }

    /// Until the next act; nil when none ever comes.
    private func pause(isHub: Bool, times: Int, _ chance: inout Chance) -> Int64? {
        let rate = Int64(mix.total(isHub: isHub) * times)
        return rate > 0 ? chance.pause(mean: max(Self.dayMilliseconds * 1_000 / rate, 1)) : nil
    }

    private func actAtStore(_ store: StoreMachine) {
        let place = store.index
        switch mix.draw(isHub: false, &chances[place]) {
        case .sales: sell(store)
        case .receipts: move(store, reason: "receipt", quantity: 1_000 * chances[place].between(5...30))
        case .counts: move(store, reason: "count", quantity: 1_000 * (chances[place].between(0...4) - 2))
        case .ordersAtStore: placeOrder(place, at: store, store.till, chance: &chances[place])
        case .handOvers: handOver(store)
        case .ready: markReady(store)
        case .transfersOut: sendTransfer(store)
        case .transfersIn: receiveTransfer(store)
        case .notesAtStore: editNote(place, at: store, store.till, chance: &chances[place])
        default: break
        }
        store.committed()
    }

    private func actAtHub(_ neighbourhood: Neighbourhood) {
        let hub = neighbourhood.hub
        let store = hubChance.below(neighbourhood.stores.count)
        switch mix.draw(isHub: true, &hubChance) {
        case .ordersAtHub: placeOrder(store, at: hub, hub.till, chance: &hubChance)
        case .priceChanges: changePrices(hub)
        case .notesAtHub: editNote(store, at: hub, hub.till, chance: &hubChance)
        case .cancellations: cancel(store, at: hub)
        default: break
        }
        hub.committed()
    }

    // MARK: The beginning

    private func openHub(_ neighbourhood: Neighbourhood) {
        let hub = neighbourhood.hub
        let skus = Array(0..<products)
        let made = ledger.write("products", at: hub, hub.till) { sql in
            for store in neighbourhood.stores { try RetailSQL.addStore(store, sql) }
            try RetailSQL.setTakeOver(afterSeconds: Self.silentSeconds, sql)
            for sku in skus { try RetailSQL.addProduct(sku, sql) }
        }
        prices.append(PriceChange(write: made.number, version: 0, skus: skus))
        hub.committed()
    }

    private func openStore(_ store: StoreMachine) {
        for sku in 0..<products {
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

    static func storeName(_ index: Int) -> String { "store-\(index + 1)" }
}
