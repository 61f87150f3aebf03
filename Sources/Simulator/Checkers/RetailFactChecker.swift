import ChangeLog
import Replica

/// Invariant 5 for the trade: an order that was cancelled and handed over is exactly one exception, and so is a stock
/// below nothing, at the hub and at the store; and a note that nobody saw overwritten stands, or is kept as a conflict.
final class RetailFactChecker: Checker {
    let invariant = Invariant.facts
    private unowned let trade: RetailWorkload

    init(_ trade: RetailWorkload) { self.trade = trade }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            try checkExceptions(sql, .hub)
            try checkNotes(sql)
        }
        for store in neighbourhood.members {
            try store.observer.look { sql in try checkExceptions(sql, store.name) }
        }
    }

    private func checkExceptions(_ sql: SQL, _ node: NodeName) throws {
        let views = try ExceptionViews(sql)
        let orders = try views.named(by: ["id"], sql)
        let both = try sql.texts(
            "SELECT id FROM customer_order WHERE cancelled_at IS NOT NULL AND handed_over_at IS NOT NULL"
        )
        for order in both.sorted() { try expectOne(orders[order], "order \(order)", "cancelled and handed over", node) }
        let products = try views.named(by: ["store_id", "sku"], sql)
        let short = try sql.texts("SELECT store_id || ' ' || sku FROM stock WHERE on_hand < 0")
        for stock in short.sorted() { try expectOne(products[stock], "stock of \(stock)", "below nothing", node) }
        guard node.isHub else { return }
        let there = try sql.texts("SELECT id FROM customer_order")
        for order in trade.orders where !both.contains(order.id) && there.contains(order.id) {
            let isBoth = [order.handedOver, order.cancelled].allSatisfy { writes in
                writes.contains { trade.ledger.fate(of: $0) == .committed }
            }
            guard isBoth else { continue }
            throw Broken(
                expected: "it was cancelled and handed over",
                found: "one of the two",
                subject: "order \(order.id)",
                write: order.cancelled.first
            )
        }
    }

    private func expectOne(_ found: Int?, _ subject: String, _ what: String, _ node: NodeName) throws {
        guard found != 1 else { return }
        throw Broken(expected: "one exception: \(what)", found: "\(found ?? 0) at \(node)", subject: subject)
    }

    /// Every note that was committed stands, was overwritten by somebody who had read it, or is kept as lost; alone, or
    /// with the rest of a write into a row that was not there.
    private func checkNotes(_ sql: SQL) throws {
        let standing = try sql.texts("SELECT note FROM customer_order WHERE note IS NOT NULL")
        let lost = try sql.texts(
            """
            SELECT note FROM (SELECT json_extract(lost, iif("column" IS NULL, '$.note', '$')) AS note \
            FROM linli_conflict WHERE "table" = 'customer_order' AND coalesce("column", 'note') = 'note') \
            WHERE note IS NOT NULL
            """
        )
        let seen = Set(trade.notes.compactMap { trade.ledger.fate(of: $0.write) == .refused ? nil : $0.saw })
        let orders = try sql.texts("SELECT id FROM customer_order")
        for note in trade.notes where trade.ledger.fate(of: note.write) == .committed && orders.contains(note.order) {
            guard !standing.contains(note.text), !seen.contains(note.text), !lost.contains(note.text) else { continue }
            throw Broken(
                expected: "it stands, was read before it was overwritten, or is kept as a conflict",
                found: "nothing of it",
                subject: "order \(note.order) note",
                write: note.write
            )
        }
    }
}
