import ChangeLog
import Replica

/// Invariant 6 for the trade: what is on hand is what was received, returned and counted less what was sold, and what
/// came from other stores less what went to them. In every snapshot of every node.
final class RetailConservationChecker: Checker {
    let invariant = Invariant.conservation
    /// It reads all sales of a replica: with so many more writes it looks one time less often, so that what it costs
    /// grows with the writes, and not with their square.
    private static let writesALook = 20
    private unowned let ledger: Ledger
    /// By node, the looks that were passed over.
    private var passedOver: [NodeName: Int] = [:]

    init(_ ledger: Ledger) { self.ledger = ledger }

    private static let drift = """
        SELECT json_array(s.store_id, s.sku), s.on_hand, coalesce(m.units, 0) FROM stock s LEFT JOIN ( \
          SELECT store_id, sku, sum(units) units FROM ( \
            SELECT store_id, sku, sum(quantity) units FROM stock_move GROUP BY 1, 2 \
            UNION ALL SELECT store_id, sku, -sum(quantity) FROM sale_line GROUP BY 1, 2 \
            UNION ALL SELECT from_store, sku, -sum(quantity) FROM transfer_line GROUP BY 1, 2 \
            UNION ALL SELECT to_store, sku, sum(quantity) FROM transfer_receipt GROUP BY 1, 2) \
          GROUP BY 1, 2) m USING (store_id, sku) \
        WHERE s.on_hand IS NOT coalesce(m.units, 0)
        """

    func check(_ snapshot: Snapshot) throws {
        let passed = passedOver[snapshot.node, default: 0]
        guard passed >= ledger.entries.count / Self.writesALook else {
            passedOver[snapshot.node] = passed + 1
            return
        }
        passedOver[snapshot.node] = 0
        try checkAll(snapshot)
    }

    private func checkAll(_ snapshot: Snapshot) throws {
        let row = try snapshot.sql.statement(Self.drift)
        defer { row.reset() }
        guard try row.step() else { return }
        throw Broken(
            expected: "\(row.integer(2)) by its moves and sales",
            found: "\(row.integer(1)) on hand",
            subject: "stock of \(row.string(0))"
        )
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            try checkAll(Snapshot(node: .hub, store: nil, sql: sql))
        }
        for store in neighbourhood.members {
            try store.observer.look { sql in
                try checkAll(Snapshot(node: store.name, store: store.index, sql: sql))
            }
        }
    }
}
