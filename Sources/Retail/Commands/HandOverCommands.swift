/// The pick-up desk: an order is ready, and its goods go to the customer. Works without any connection.
enum HandOverCommands {
    /// Wrong codes that a store takes within a quarter of an hour: a million codes stay far out of reach.
    static let triesMax = 10
    private static let triesMilliseconds: Int64 = 15 * 60_000

    static let all: [RetailCommand] = [
        .change(
            "ready",
            at: .store,
            [.till, .manager],
            "Says that an order's goods are packed; answers with the pick-up code.",
            [Field("order", .name, "an order's id")]
        ) { try ready($0, $1) },
        RetailCommand(
            name: "hand-over",
            isChange: true,
            place: .store,
            roles: [.till, .manager],
            summary: "Hands an order's goods over, by the pick-up code that the customer says, or by the order's id.",
            fields: [
                .optional("pickup_code", .text(bytesMax: 20), "the code"),
                .optional("order", .name, "or an order's id"),
                .optional("paid", .money, "分 that the customer paid now"),
                .optional("method", .text(bytesMax: 40), "how it was paid; cash"),
                .optional(
                    "reference",
                    .text(bytesMax: PaymentReference.bytesMax),
                    "the reference given to the service"
                ),
            ]
        ) { try handOver($0, $1) },
        .ask(
            "open-orders",
            at: .store,
            [.till, .manager],
            "Orders that this store holds goods for.",
            []
        ) { try openOrders($0, $1) },
    ]

    private static func ready(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let order = try OpenOrder(request.text("order"), work)
        try order.refuseUnlessOpen()
        try work.run(
            "UPDATE customer_order SET ready_at = coalesce(ready_at, ?1), pickup_code = coalesce(pickup_code, ?2) WHERE id = ?3",
            work.now,
            try OpenOrder.freshCode(at: work.node, work),
            order.id
        )
        return [
            "order": .text(order.id), "ready_at": .integer(work.now),
            "pickup_code": try work.row("SELECT pickup_code FROM customer_order WHERE id = ?1", order.id)?.json(0)
                ?? .null,
        ]
    }

    private static func handOver(_ request: Arguments, _ work: Work) throws -> RetailCommand.Outcome {
        let order: OpenOrder
        if let id = request.textIfAny("order") {
            order = try OpenOrder(id, work)
        } else {
            guard let code = request.textIfAny("pickup_code") else {
                throw RetailError.badInput("pickup_code", "neither pickup_code nor order", cure: "give one of them")
            }
            switch try find(PickupCode(code), work) {
            case .success(let found): order = found
            case .failure(let refusal): return .refused(refusal)
            }
        }
        try order.refuseUnlessOpen()
        if let paid = request.integerIfAny("paid"), paid > 0 {
            try OrderMoney.pay(
                order.id,
                paid,
                request.textIfAny("method") ?? "cash",
                reference: request.textIfAny("reference"),
                transaction: nil,
                work
            )
        }
        let handOver = try work.id(
            """
            INSERT INTO hand_over(order_id, store_id, handed_over_at) VALUES (?1, ?2, ?3) RETURNING id
            """,
            order.id,
            work.node,
            work.now
        )
        try work.run(
            """
            INSERT INTO hand_over_line(hand_over_id, line, order_id, store_id, sku, quantity)
            SELECT ?1, line, order_id, ?2, sku, quantity FROM order_line WHERE order_id = ?3
            """,
            handOver,
            work.node,
            order.id
        )
        // Kept only as long as it is needed.
        try work.run("DELETE FROM order_contact WHERE order_id = ?1", order.id)
        let money = try work.row("SELECT due, paid, refunded FROM customer_order WHERE id = ?1", order.id)
        return .done([
            "order": .text(order.id), "hand_over": .text(handOver), "due": money?.json(0) ?? 0,
            "paid": money?.json(1) ?? 0, "refunded": money?.json(2) ?? 0, "lines": try order.lines(),
        ])
    }

    /// The open order with this code. A wrong one is noted down, and many of them close the desk for a while.
    private static func find(_ code: PickupCode, _ work: Work) throws -> Result<OpenOrder, RetailError> {
        let tries = try work.row(
            "SELECT count(*) FROM pickup_try WHERE store_id = ?1 AND tried_at > ?2",
            work.node,
            work.now - triesMilliseconds
        )
        guard tries?.integer(0) ?? 0 < triesMax else {
            return .failure(
                RetailError(
                    .tooManyTries,
                    "pickup_code",
                    "\(triesMax) wrong pick-up codes within a quarter of an hour",
                    cure: "find the order by its id, or wait"
                )
            )
        }
        let found = try work.row(
            """
            SELECT id FROM customer_order WHERE open_at = ?1 AND pickup_code = ?2 AND handed_over_at IS NULL
              AND cancelled_at IS NULL AND (pickup_until IS NULL OR pickup_until > ?3)
            """,
            work.node,
            code.description,
            work.now
        )
        if let id = found?.textIfAny(0) { return .success(try OpenOrder(id, work)) }
        try work.run("INSERT INTO pickup_try(store_id, tried_at) VALUES (?1, ?2)", work.node, work.now)
        return .failure(
            RetailError(
                .wrongCode,
                "pickup_code",
                "no open order here has this code, or it ran out",
                cure: "ask for the code again, or find the order by its id"
            )
        )
    }

    private static func openOrders(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let orders = try work.rows(
            """
            SELECT id, status, placed_at, ready_at, fulfilment, deliver_from, due, paid, refunded FROM customer_order
            WHERE open_at = ?1 AND handed_over_at IS NULL AND cancelled_at IS NULL ORDER BY placed_at LIMIT 500
            """,
            work.node
        )
        let names = [
            "order", "status", "placed_at", "ready_at", "fulfilment", "deliver_from", "due", "paid", "refunded",
        ]
        return ["orders": .list(orders.map { $0.object(names) })]
    }
}
