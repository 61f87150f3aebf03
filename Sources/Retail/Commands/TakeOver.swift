/// Orders that move to another store, each as a whole or not at all.
///
/// Law: an order never comes back to a store that had it, so that two stores that are out by turns do not play ball with
/// it, and each of the network takes it at most once. The customer's choice is kept: pick-up stays pick-up, a time of
/// delivery stays, and it stays in its region unless somebody names the store.
struct TakeOver {
    /// In one transaction: more wait for the next.
    static let ordersMax = 500

    let work: Work
    /// The store that shall take them; nil: the best.
    var to: String?
    var reason: String?
    /// Only stores that are online may take them.
    var isToOnline = false

    struct Moves {
        var moved: [(order: String, to: String)] = []
        var stayed: [(order: String, refusal: RetailError)] = []
    }

    /// Open orders of a store, a page of them.
    ///
    /// - Returns: `next`: where the following page begins; nil when this was the last.
    func openOrders(at store: String, after last: String?) throws -> (orders: [String], next: String?) {
        let rows = try work.rows(
            """
            SELECT id FROM customer_order WHERE open_at = ?1 AND handed_over_at IS NULL AND cancelled_at IS NULL
              AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT \(Self.ordersMax)
            """,
            store,
            last
        )
        let orders = rows.map { $0.text(0) }
        return (orders, orders.count == Self.ordersMax ? orders.last : nil)
    }

    func move(_ orders: [String]) throws -> Moves {
        var moves = Moves()
        for order in orders {
            do {
                moves.moved.append((order, try work.attempt { try move(order) }))
            } catch let refusal as RetailError {
                moves.stayed.append((order, refusal))
            }
        }
        return moves
    }

    // MARK: Steps

    private func move(_ id: String) throws -> String {
        guard
            let order = try work.row(
                """
                SELECT o.store_id, o.fulfilment, o.deliver_from, s.region FROM customer_order o
                LEFT JOIN store s ON s.store_id = o.store_id WHERE o.id = ?1
                """,
                id
            )
        else { throw RetailError(.notFound, id, "there is no order \(id) here", cure: "look it up by its id") }
        let from = order.text(0)
        let lines = try work.rows("SELECT line, sku, quantity FROM order_line WHERE order_id = ?1 ORDER BY line", id)
        var sums: [String: Int64] = [:]
        for line in lines { sums[line.text(1), default: 0] += line.integer(2) }
        let earlier = try work.rows("SELECT from_store FROM take_over WHERE order_id = ?1", id).map { $0.text(0) }
        let choice = StoreChoice(
            work: work,
            lines: sums.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
        )
        let best = try choice.candidates(
            .init(
                fulfilment: order.text(1),
                deliverFrom: order.integerIfAny(2),
                region: to == nil ? order.textIfAny(3) : nil,
                store: to,
                except: Set(earlier + [from]),
                isOnline: isToOnline
            )
        )
        guard let to = best.first?.store else {
            throw RetailError(.noStore, id, "no other store fits", cure: "cancel the order")
        }
        try write(id, lines, from: from, to: to)
        return to
    }

    private func write(_ id: String, _ lines: [Row], from: String, to: String) throws {
        let takeOver = try work.id(
            """
            INSERT INTO take_over(order_id, from_store, to_store, reason, taken_over_at) VALUES (?1, ?2, ?3, ?4, ?5)
            RETURNING id
            """,
            id,
            from,
            to,
            reason,
            work.now
        )
        for line in lines {
            do {
                try work.run(
                    """
                    INSERT INTO take_over_line(take_over_id, line, order_id, from_store, to_store, sku, quantity)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                    """,
                    takeOver,
                    line.integer(0),
                    id,
                    from,
                    to,
                    line.text(1),
                    line.integer(2)
                )
            } catch { throw NoRights.named(line.text(1), error) }
        }
        try work.run("UPDATE customer_order SET pickup_code = ?1 WHERE id = ?2", OpenOrder.freshCode(at: to, work), id)
    }
}
