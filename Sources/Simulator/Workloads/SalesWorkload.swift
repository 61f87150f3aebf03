import ChangeLog
import NetworkSchema
import Replica
import Retail

/// A file's baskets, sold one after another, evenly over the run: one transaction each, at the store into which theirs
/// is folded. A till that got no answer tries the same basket again, as tills do; so all of them are sold once.
final class SalesWorkload: Workload {
    /// The last basket is sold after this part of the run, in hundredths.
    private static let sellingPercent: Int64 = 95
    private static let retryMilliseconds: Int64 = 5_000
    /// In one transaction of the beginning.
    private static let productsATime = 500

    let schema: NetworkSchema
    let ledger = Ledger()
    let replay: SalesReplay
    /// Baskets that no till has an answer for yet.
    private(set) var waiting = 0
    private let lengthMilliseconds: Int64

    init(_ replay: SalesReplay, days: Double) throws {
        schema = try NetworkSchema(yaml: RetailSchema.yaml)
        self.replay = replay
        lengthMilliseconds = Int64(days * 86_400_000) * Self.sellingPercent / 100
    }

    var checkers: [any Checker] { [SalesChecker(self), RetailConservationChecker(ledger)] }
    var forgeries: [Forgery] { RetailWorkload.forgeries(of: replay.baskets.flatMap { $0.lines.map { $0.sku } }.first) }

    /// The file's sales are all there are.
    var daily: Int { 0 }
    /// A basket that was sold is not sold again.
    var survivesLostDisks: Bool { false }

    func writeOnce(at store: StoreMachine) {}

    func begin(in neighbourhood: Neighbourhood) {
        let stores = neighbourhood.stores
        let totals = replay.totals(stores: stores.count)
        open(Set(totals.flatMap { $0.keys }).sorted(), at: neighbourhood.hub)
        for store in stores { stock(totals[store.index].sorted { $0.key < $1.key }, at: store) }
        waiting = replay.baskets.count
        for (number, basket) in replay.baskets.enumerated() {
            let at = lengthMilliseconds * Int64(number + 1) / Int64(replay.baskets.count)
            let store = stores[replay.place(of: basket, stores: stores.count)]
            store.world.queue.plan(after: at) { [weak self] in self?.sell(basket, at: store) }
        }
    }

    /// Tills try again until they have their answer.
    func end() {}

    private func open(_ skus: [String], at hub: HubMachine) {
        for first in stride(from: 0, to: skus.count, by: Self.productsATime) {
            let some = skus[first..<min(first + Self.productsATime, skus.count)]
            _ = ledger.write("products from \(first)", at: hub, hub.till) { sql in
                let insert = try sql.statement("INSERT INTO product(sku, name) VALUES (?1, ?1)")
                for sku in some { try insert.bind(1, sku).run() }
            }
        }
        hub.committed()
    }

    /// Nine tenths of what will be sold is there at first: the rest is sold all the same, below nothing.
    private func stock(_ totals: [(key: String, value: SalesReplay.Total)], at store: StoreMachine) {
        _ = ledger.write("opening stock of \(store.name)", at: store, store.till) { sql in
            for (sku, total) in totals {
                try sql.statement("INSERT INTO stock(store_id, sku) VALUES (?1, ?2)")
                    .bind(1, store.name.text).bind(2, sku).run()
                let opening = max(total.quantity, 0) * 9 / 10
                let insert = try sql.statement(
                    """
                    INSERT INTO stock_move(id, store_id, sku, quantity, reason, moved_at) \
                    VALUES (?1, ?2, ?3, ?4, 'receipt', ?5)
                    """
                )
                insert.bind(1, "\(store.name)-open-\(sku)").bind(2, store.name.text).bind(3, sku).bind(4, opening)
                try insert.bind(5, store.wallMilliseconds).run()
            }
        }
        store.committed()
    }

    private func sell(_ basket: SalesReplay.Basket, at store: StoreMachine) {
        let made = ledger.write("sale \(basket.id)", at: store, store.till) { sql in
            try RetailSQL.sell(basket, store: store.name, at: store.wallMilliseconds, sql)
        }
        store.committed()
        switch made.fate {
        case .committed: waiting -= 1
        // Its key is taken: an attempt without an answer stands.
        case .refused: waiting -= 1
        case .unanswered:
            store.world.queue.plan(after: Self.retryMilliseconds) { [weak self] in self?.sell(basket, at: store) }
        }
    }
}
