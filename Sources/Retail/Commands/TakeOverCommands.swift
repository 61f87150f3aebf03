/// Take-over (补位): what a store that is closed, frozen or gone had promised, another one fulfils.
enum TakeOverCommands {
    /// In one transaction: more wait for the next call.
    private static let ordersMax = 500

    static let all: [RetailCommand] = [
        .change(
            "take-over",
            at: .hub,
            [.manager],
            """
            Moves one order, or all open orders of a store, to the best other stores of its region that can promise \
            them, in the way that the customer chose. What nobody can promise stays.
            """,
            [
                .optional("order", .name, "an order's id"), .optional("store", .name, "or the store that is out"),
                .optional("to", .name, "the store that shall take them"), .optional("reason", .note, "why"),
            ]
        ) { try takeOver($0, $1) },
        .change(
            "close-store",
            at: .hub,
            [.manager],
            "Closes a store for business, or opens it again; its open orders show as exceptions until they are taken over.",
            [Field("store", .name, "a store"), Field("closed", .boolean, "true or false")]
        ) { request, work in
            let changed = try work.run(
                "UPDATE store SET closed_at = CASE WHEN ?2 = 1 THEN coalesce(closed_at, ?3) END WHERE store_id = ?1",
                request.text("store"),
                request.flag("closed") ?? false,
                work.now
            )
            guard changed == 1 else {
                throw RetailError(.notFound, request.text("store"), "there is no such store", cure: "name another")
            }
            let open = try work.row(
                "SELECT count(*) FROM customer_order WHERE open_at = ?1 AND handed_over_at IS NULL AND cancelled_at IS NULL",
                request.text("store")
            )
            return [
                "store": .text(request.text("store")), "closed": .bool(request.flag("closed") ?? false),
                "open_orders": open?.json(0) ?? 0,
            ]
        },
    ]

    private static func takeOver(_ request: Arguments, _ work: Work) throws -> JSONValue {
        var moved: [JSONValue] = []
        var stayed: [JSONValue] = []
        for order in try orders(request, work) {
            do {
                let to = try work.attempt {
                    try move(order, to: request.textIfAny("to"), reason: request.textIfAny("reason"), work)
                }
                moved.append(["order": .text(order), "store": .text(to)])
            } catch let refusal as RetailError {
                stayed.append([
                    "order": .text(order), "code": .text(refusal.code.rawValue), "why": .text(refusal.what),
                ])
            }
        }
        return ["moved": .list(moved), "stayed": .list(stayed)]
    }

    private static func orders(_ request: Arguments, _ work: Work) throws -> [String] {
        if let order = request.textIfAny("order") {
            try OpenOrder(order, work).refuseUnlessOpen()
            return [order]
        }
        guard let store = request.textIfAny("store") else {
            throw RetailError.badInput("order", "neither order nor store", cure: "give one of them")
        }
        let rows = try work.rows(
            """
            SELECT id FROM customer_order WHERE open_at = ?1 AND handed_over_at IS NULL AND cancelled_at IS NULL
            ORDER BY placed_at, id LIMIT \(ordersMax)
            """,
            store
        )
        return rows.map { $0.text(0) }
    }

    private static func move(_ id: String, to asked: String?, reason: String?, _ work: Work) throws -> String {
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
                region: asked == nil ? order.textIfAny(3) : nil,
                store: asked,
                except: Set(earlier + [from])
            )
        )
        guard let to = best.first?.store else {
            throw RetailError(.noStore, id, "no other store fits", cure: "cancel the order")
        }
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
        return to
    }
}
