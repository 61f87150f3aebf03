import ChangeLog
import Replica

/// Invariant 3 for the trade, its first half: a sale, its lines and its payment become visible together, and so do an
/// order and its lines, and the prices and names that the hub changed in one transaction.
final class RetailAtomicChecker: Checker {
    /// Of each store's sales the latest are looked at; older ones were, before.
    private static let latest = 40

    let invariant = Invariant.atomic
    private unowned let trade: RetailWorkload

    init(_ trade: RetailWorkload) { self.trade = trade }

    func check(_ snapshot: Snapshot) throws {
        let sale = try snapshot.sql.statement(
            """
            SELECT (SELECT count(*) FROM sale WHERE id = ?1), (SELECT count(*) FROM sale_line WHERE sale_id = ?1), \
            (SELECT count(*) FROM payment WHERE sale_id = ?1)
            """
        )
        defer { sale.clear() }
        for one in trade.sales.suffix(Self.latest) where snapshot.store == nil || snapshot.store == one.store {
            guard try sale.bind(1, one.id).step() else { continue }
            let found = [sale.integer(0), sale.integer(1), sale.integer(2)]
            sale.reset()
            let whole = [1, Int64(one.lines.count), 1]
            // What a till committed is there at once for whoever looks at its own replica; of an older image, or a store
            // that was copied, once the hub has told the two apart.
            let isOwn =
                snapshot.store == one.store && one.write >= snapshot.bornWrites
                && !trade.ledger.overspenders.contains(one.store)
                && trade.ledger.fate(of: one.write) == .committed
            if found != whole, found != [0, 0, 0] || isOwn {
                throw Broken(
                    expected: "\(whole)\(isOwn ? "" : " or nothing") (sale, lines, payment)",
                    found: "\(found)",
                    subject: "sale \(one.id)",
                    write: one.write
                )
            }
        }
        let torn = try snapshot.sql.statement(
            """
            SELECT p.sku, p.amount - \(RetailWorkload.firstPrice), q.name FROM price p JOIN product q USING (sku) \
            WHERE q.name <> 'v' || (p.amount - \(RetailWorkload.firstPrice))
            """
        )
        defer { torn.reset() }
        guard try torn.step() else { return }
        throw Broken(
            expected: "the name of version \(torn.integer(1))",
            found: torn.string(2),
            subject: "price of \(torn.string(0))"
        )
    }
}
