/// Orders: placed, paid, cancelled, given back. The hub chooses the store; a store takes orders for itself.
enum OrderCommands {
    static let pickupDays: Int64 = 7

    static let all: [RetailCommand] = [
        .change(
            "order",
            at: .both,
            [.mall, .manager, .till],
            "Places an order; answers with the store that fulfils it and the pick-up code. Without rights: NO_RIGHTS, at once.",
            orderFields
        ) { try place($0, $1) },
        .change(
            "cancel",
            at: .both,
            [.mall, .manager, .till],
            "Cancels an order that was not handed over. The store that holds the goods gives the units back.",
            [Field("order", .name, "an order's id")]
        ) { try cancel($0, $1) },
        .change(
            "pay",
            at: .both,
            [.mall, .manager, .till],
            "Notes a payment of an order; one reference is one payment.",
            [
                Field("order", .name, "an order's id"), Field("amount", .integer(1...1_000_000_000_000), "分"),
                Field("method", .text(bytesMax: 40), "a method, as wechat"),
                .optional(
                    "reference",
                    .text(bytesMax: PaymentReference.bytesMax),
                    "the reference given to the service"
                ),
                .optional("transaction", .text(bytesMax: 64), "the service's own id"),
            ]
        ) { request, work in
            let order = try OpenOrder(request.text("order"), work)
            let payment = try OrderMoney.pay(
                order.id,
                request.integer("amount"),
                request.text("method"),
                reference: request.textIfAny("reference"),
                transaction: request.textIfAny("transaction"),
                work
            )
            guard case .object(var standing) = try OrderMoney.standing(of: order.id, work) else { return .null }
            standing["payment"] = .text(payment)
            return .object(standing)
        },
        .change(
            "refund",
            at: .both,
            [.mall, .manager],
            "Notes money that went back, at most what was paid; one reference is one refund.",
            [
                Field("order", .name, "an order's id"),
                .optional("amount", .integer(1...1_000_000_000_000), "分; what is paid too much"),
                .optional("reason", .note, "why"),
                .optional(
                    "reference",
                    .text(bytesMax: PaymentReference.bytesMax),
                    "the reference given to the service"
                ),
            ]
        ) { try refund($0, $1) },
    ]

    private static let orderFields: [Field] = [
        Field(
            "lines",
            .list(
                of: [
                    Field("sku", .name, "a product"), Field("quantity", .quantity, "thousandths of the unit"),
                    .optional("amount", .money, "分 for the line, where it is not the store's price of now"),
                ],
                countMax: SaleCommands.linesMax
            ),
            "the lines"
        ),
        .optional("store", .name, "the store that the customer asks for"),
        .optional("region", .name, "the region that the store shall be in"),
        .optional("fulfilment", .choice(["pickup", "delivery", "timed"]), "how it gets to the customer; pickup"),
        .optional("deliver_from", .time, "when, for timed delivery"), .optional("deliver_until", .time, "until when"),
        .optional("customer", .name, "the customer's pseudonym"), .optional("note", .note, "a note"),
        .optional(
            "contact",
            .object([
                .optional("name", .name, "a name"), .optional("phone", .text(bytesMax: 40), "a phone number"),
                .optional("address", .note, "an address"),
            ]),
            "whom to reach; kept until the goods are handed over"
        ),
    ]

    // MARK: Place

    private static func place(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let fulfilment = request.textIfAny("fulfilment") ?? "pickup"
        try refuseUnfitTime(request, fulfilment, work)
        if !work.isHub, let store = request.textIfAny("store"), store != work.node {
            throw RetailError(.wrongNode, store, "\(work.node) takes no orders for \(store)", cure: "ask the hub")
        }
        let wanted = request.list("lines").map { (sku: $0.text("sku"), quantity: $0.integer("quantity")) }
        var sums: [String: Int64] = [:]
        for line in wanted { sums[line.sku, default: 0] += line.quantity }
        for line in wanted { try KnownProduct.refuseUnlessKnown(line.sku, work) }
        let choice = StoreChoice(
            work: work,
            lines: sums.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
        )
        let candidates = try choice.candidates(
            .init(
                fulfilment: fulfilment,
                deliverFrom: request.integerIfAny("deliver_from"),
                region: request.textIfAny("region"),
                store: request.textIfAny("store")
            )
        )
        guard let store = candidates.first?.store else {
            throw RetailError(.noStore, "network", "no store fits", cure: "ask for another store, region, time or way")
        }
        let lines = try request.list("lines").map { line in
            let amount = try line.integerIfAny("amount") ?? price(line, at: store, work)
            return (sku: line.text("sku"), quantity: line.integer("quantity"), amount: amount)
        }
        let code = try OpenOrder.freshCode(at: store, work)
        let id = try insert(request, fulfilment, store, code, work)
        for (number, line) in lines.enumerated() {
            do {
                try work.run(
                    "INSERT INTO order_line(order_id, line, sku, quantity, amount) VALUES (?1, ?2, ?3, ?4, ?5)",
                    id,
                    number + 1,
                    line.sku,
                    line.quantity,
                    line.amount
                )
            } catch { throw NoRights.named(line.sku, error) }
        }
        if let contact = request.object("contact") {
            try work.run(
                "INSERT INTO order_contact(order_id, name, phone, address) VALUES (?1, ?2, ?3, ?4)",
                id,
                contact.textIfAny("name"),
                contact.textIfAny("phone"),
                contact.textIfAny("address")
            )
        }
        return .object([
            "order": .text(id), "store": .text(store), "pickup_code": .text(code),
            "due": .integer(lines.reduce(0) { $0 + $1.amount }), "fulfilment": .text(fulfilment),
        ])
    }

    private static func refuseUnfitTime(_ request: Arguments, _ fulfilment: String, _ work: Work) throws {
        let (from, until) = (request.integerIfAny("deliver_from"), request.integerIfAny("deliver_until"))
        guard fulfilment == "timed" else {
            guard from == nil, until == nil else {
                throw RetailError.badInput(
                    from == nil ? "deliver_until" : "deliver_from",
                    "only timed delivery has a time, and this is \(fulfilment)",
                    cure: "leave it out, or ask for timed"
                )
            }
            return
        }
        guard let from else {
            throw RetailError.badInput("deliver_from", "timed delivery has no time", cure: "give deliver_from")
        }
        guard until ?? .max > max(from, work.now) else {
            throw RetailError.badInput(
                "deliver_until",
                "it is not after deliver_from, or has passed",
                cure: "give a later time"
            )
        }
        guard until != nil || from >= work.now else {
            throw RetailError.badInput("deliver_from", "that time has passed", cure: "give a later time")
        }
    }

    private static func insert(
        _ request: Arguments,
        _ fulfilment: String,
        _ store: String,
        _ code: String,
        _ work: Work
    ) throws -> String {
        try work.id(
            """
            INSERT INTO customer_order(store_id, customer, note, placed_at, fulfilment, deliver_from, deliver_until,
              store_asked, pickup_code, pickup_until, placed_by)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id
            """,
            store,
            request.textIfAny("customer"),
            request.textIfAny("note"),
            work.now,
            fulfilment,
            request.integerIfAny("deliver_from"),
            request.integerIfAny("deliver_until"),
            request.textIfAny("store"),
            code,
            work.now + pickupDays * 86_400_000,
            work.node
        )
    }

    /// The line's price at the store, now.
    private static func price(_ line: Arguments, at store: String, _ work: Work) throws -> Int64 {
        let sku = line.text("sku")
        let row = try work.row("SELECT amount FROM (\(RetailSchema.pricesAtStore)) WHERE sku = ?2", store, sku)
        let amount = row?.integerIfAny(0).map { Money(fen: $0) }?
            .price(of: Quantity(thousandths: line.integer("quantity")))
        guard let amount else {
            throw RetailError.badInput(
                sku,
                row == nil ? "it has no price at \(store)" : "its price is beyond all bounds",
                cure: row == nil ? "give the line's amount, or set a price" : "order less of it"
            )
        }
        return amount.fen
    }

    // MARK: After

    private static func cancel(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let order = try OpenOrder(request.text("order"), work)
        guard !order.isHandedOver else {
            throw RetailError(
                .notNow,
                order.id,
                "the order \(order.id) is handed over",
                cure: "take the goods back with `return`, and give the money back with `refund`"
            )
        }
        if !order.isCancelled {
            try work.run("UPDATE customer_order SET cancelled_at = ?1 WHERE id = ?2", work.now, order.id)
            try work.run("DELETE FROM order_contact WHERE order_id = ?1", order.id)
        }
        if !work.isHub { try Releases.make(work, order: order.id) }
        return try OrderMoney.standing(of: order.id, work)
    }

    /// One reference is one refund: what was answered to it; nil for a new one.
    private static func refunded(_ order: String, _ request: Arguments, _ work: Work) throws -> JSONValue? {
        guard let reference = request.textIfAny("reference") else { return nil }
        _ = try PaymentReference(reference)
        let there = try work.row(
            "SELECT id, amount FROM refund WHERE order_id = ?1 AND reference = ?2",
            order,
            reference
        )
        guard let there else { return nil }
        guard request.integerIfAny("amount") ?? there.integer(1) == there.integer(1) else {
            throw RetailError(
                .notNow,
                reference,
                "the refund \(reference) was of \(there.integer(1)) 分",
                cure: "make a new reference for another refund"
            )
        }
        guard case .object(var standing) = try OrderMoney.standing(of: order, work) else { return .null }
        standing["refund"] = there.json(0)
        return .object(standing)
    }

    private static func refund(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let order = try OpenOrder(request.text("order"), work)
        if let answer = try refunded(order.id, request, work) { return answer }
        let money = try work.row("SELECT due, paid, refunded FROM customer_order WHERE id = ?1", order.id)
        let left = (money?.integer(1) ?? 0) - (money?.integer(2) ?? 0)
        let owed = order.isCancelled && !order.isHandedOver ? 0 : money?.integer(0) ?? 0
        let amount = request.integerIfAny("amount") ?? max(left - owed, 0)
        guard amount > 0, amount <= left else {
            throw RetailError(
                .notNow,
                order.id,
                "of the order \(order.id) \(left) 分 are left to give back, \(max(left - owed, 0)) of them too much",
                cure: "give an amount of at most \(left), or cancel the order first"
            )
        }
        let refund = try work.id(
            """
            INSERT INTO refund(order_id, amount, reason, reference, refunded_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id
            """,
            order.id,
            amount,
            request.textIfAny("reason"),
            request.textIfAny("reference"),
            work.now
        )
        guard case .object(var standing) = try OrderMoney.standing(of: order.id, work) else { return .null }
        standing["refund"] = .text(refund)
        return .object(standing)
    }
}
