import ChangeLog
import Replica

/// Invariant 3 for the trade, its first half: a sale, its lines and its payment become visible together, and so do an
/// order and its lines, and the prices and names that the hub changed in one transaction.
final class RetailAtomicChecker: Checker {
    /// Of the sales that a node may have the latest are looked at; older ones were, before.
    private static let latest = 40
    /// One that was whole at a node is looked at again there while it is so young.
    private static let latestAgain = 3

    let invariant = Invariant.atomic
    private unowned let trade: RetailWorkload
    /// By store, its sales, by their place in the run's.
    private var own: [[Int]] = []
    private var counted = 0
    private var whole: [Node: Set<Int>] = [:]

    private struct Node: Hashable {
        /// Nil: the hub.
        var store: Int?
        var lifetime: Int
    }

    init(_ trade: RetailWorkload) { self.trade = trade }

    func check(_ snapshot: Snapshot) throws {
        try checkSales(snapshot)
        let torn = try snapshot.prices.prices(snapshot.sql).first { price in
            price.name.map { $0 != "v\(price.version)" } ?? false
        }
        guard let torn else { return }
        throw Broken(
            expected: "the name of version \(torn.version)",
            found: torn.name ?? "none",
            subject: "price of \(torn.sku)"
        )
    }

    private func checkSales(_ snapshot: Snapshot) throws {
        countOwn()
        let sale = try snapshot.sql.statement(
            """
            SELECT (SELECT count(*) FROM sale WHERE id = ?1), (SELECT count(*) FROM sale_line WHERE sale_id = ?1), \
            (SELECT count(*) FROM payment WHERE sale_id = ?1)
            """
        )
        defer { sale.clear() }
        let node = Node(store: snapshot.store, lifetime: snapshot.lifetime)
        let all = snapshot.store.map { $0 < own.count ? own[$0] : [] } ?? Array(trade.sales.indices.suffix(Self.latest))
        let latest = all.suffix(Self.latest)
        let again = latest.dropLast(Self.latestAgain).last ?? -1
        for place in latest where place > again || whole[node]?.contains(place) != true {
            let one = trade.sales[place]
            guard try sale.bind(1, one.id).step() else { continue }
            let found = [sale.integer(0), sale.integer(1), sale.integer(2)]
            sale.reset()
            let full = [1, Int64(one.lines.count), 1]
            if found == full {
                whole[node, default: []].insert(place)
                continue
            }
            guard !trade.ledger.entries[one.write].mayBeTorn else { continue }
            // What a till committed is there at once for whoever looks at its own replica; of an older image, or a store
            // that was copied, once the hub has told the two apart.
            let isOwn =
                snapshot.store == one.store && one.write >= snapshot.bornWrites
                && !trade.ledger.overspenders.contains(one.store)
                && trade.ledger.fate(of: one.write) == .committed
            if found != [0, 0, 0] || isOwn {
                throw Broken(
                    expected: "\(full)\(isOwn ? "" : " or nothing") (sale, lines, payment)",
                    found: "\(found)",
                    subject: "sale \(one.id)",
                    write: one.write
                )
            }
        }
    }

    private func countOwn() {
        for place in trade.sales.indices.dropFirst(counted) {
            let store = trade.sales[place].store
            while own.count <= store { own.append([]) }
            own[store].append(place)
        }
        counted = trade.sales.count
    }
}
