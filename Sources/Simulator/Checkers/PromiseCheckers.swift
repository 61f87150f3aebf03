import ChangeLog
import Replica

/// Invariant 6 for promises and facts, in every snapshot of every node: what is on hand is the sum of its moves, and it is
/// what may be promised and what is promised, less what left beyond the rights to it.
final class PromiseLawChecker: Checker {
    let invariant = Invariant.conservation

    private static let broken = """
        SELECT k.store_id || '/' || k.sku, k.on_hand, k.available, k.promised, k.overdrawn, k.moved FROM (
          SELECT s.store_id, s.sku, s.on_hand, s.available, s.overdrawn,
            coalesce((SELECT sum(p.quantity) FROM promise p WHERE p.store_id = s.store_id AND p.sku = s.sku), 0) promised,
            coalesce((SELECT sum(l.quantity) FROM stock_ledger l WHERE l.store_id = s.store_id AND l.sku = s.sku), 0) moved
          FROM stock s) k
        WHERE k.on_hand <> k.moved OR k.on_hand <> k.available + k.promised - k.overdrawn
        """

    func check(_ snapshot: Snapshot) throws {
        let row = try snapshot.sql.statement(Self.broken)
        defer { row.reset() }
        guard try row.step() else { return }
        throw Broken(
            expected:
                "on hand \(row.integer(5)) by its moves, \(row.integer(2)) available + \(row.integer(3)) promised - "
                + "\(row.integer(4)) overdrawn",
            found: "\(row.integer(1)) on hand",
            subject: "stock of \(row.string(0))"
        )
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in try check(Snapshot(node: .hub, store: nil, sql: sql)) }
        for store in neighbourhood.members {
            try store.observer.look { sql in try check(Snapshot(node: store.name, store: store.index, sql: sql)) }
        }
    }
}

/// Invariant 5: facts stand, and where they contradict each other or the books there is exactly one exception.
final class PromiseExceptionChecker: Checker {
    let invariant = Invariant.atomic

    /// Each gives rows that must not be: what is wrong, and of what.
    private static let wrongs = [
        (
            "one exception of an order at most",
            """
            SELECT id, count(*) FROM (SELECT id FROM exception_handed_over_twice UNION ALL
              SELECT id FROM exception_handed_over_elsewhere UNION ALL SELECT id FROM exception_refunded_but_handed_over
              UNION ALL SELECT id FROM exception_cancelled_but_handed_over UNION ALL
              SELECT id FROM exception_handed_over_unpaid UNION ALL SELECT id FROM exception_overpaid)
            GROUP BY id HAVING count(*) > 1
            """
        ),
        (
            "every second hand-over is told, and no other",
            """
            SELECT o.id, (SELECT count(*) FROM hand_over h WHERE h.order_id = o.id) AS n FROM customer_order o
            WHERE (n > 1) <> EXISTS (SELECT 1 FROM exception_handed_over_twice e WHERE e.id = o.id) OR n <> o.hand_overs
            """
        ),
        (
            "what contradicts itself is told",
            """
            SELECT id, trouble FROM customer_order WHERE handed_over_at IS NOT NULL AND trouble IS NULL
              AND (cancelled_at IS NOT NULL OR handed_over_by <> store_id OR paid - refunded <> due)
            """
        ),
        (
            "an order's money is the sum of its lines, payments and refunds",
            """
            SELECT o.id, o.due FROM customer_order o
            WHERE o.due <> (SELECT coalesce(sum(amount), 0) FROM order_line l WHERE l.order_id = o.id)
              OR o.paid <> (SELECT coalesce(sum(amount), 0) FROM order_payment p WHERE p.order_id = o.id)
              OR o.refunded <> (SELECT coalesce(sum(amount), 0) FROM refund r WHERE r.order_id = o.id)
            """
        ),
        (
            "what was sold beyond its promises is one shortfall or a negative stock",
            """
            SELECT s.store_id || '/' || s.sku, s.overdrawn FROM stock s WHERE s.overdrawn > 0 AND
              (SELECT count(*) FROM exception_shortfall e WHERE e.subject = s.store_id || '/' || s.sku)
              + (SELECT count(*) FROM exception_negative_on_hand e WHERE e.subject = s.store_id || '/' || s.sku) <>
              CASE WHEN s.on_hand < 0 OR EXISTS (SELECT 1 FROM promise p WHERE p.store_id = s.store_id AND p.sku = s.sku)
              THEN 1 ELSE 0 END
            """
        ),
    ]

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            for (law, query) in Self.wrongs {
                let row = try sql.statement(query)
                defer { row.reset() }
                if try row.step() { throw Broken(expected: law, found: row.string(1), subject: row.string(0)) }
            }
        }
    }
}

/// Invariant 1 for promises and facts: what was told committed stands at the hub, what was refused does not.
final class PromiseLedgerChecker: Checker {
    let invariant = Invariant.nothingLost
    private unowned let trade: PromiseWorkload

    init(_ trade: PromiseWorkload) { self.trade = trade }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            for one in trade.made {
                let row = try sql.statement("SELECT count(*) FROM \(one.table) WHERE id = ?1").bind(1, one.id)
                let isThere = try row.step() && row.integer(0) == 1
                row.reset()
                switch trade.ledger.fate(of: one.write) {
                case .committed where !isThere:
                    throw Broken(
                        expected: "it was acknowledged",
                        found: "the hub lacks it",
                        subject: "\(one.table) \(one.id)",
                        write: one.write
                    )
                case .refused where isThere:
                    throw Broken(
                        expected: "it was refused",
                        found: "the hub has it",
                        subject: "\(one.table) \(one.id)",
                        write: one.write
                    )
                default: break
                }
            }
        }
    }
}
