/// Take-over (补位): what a store that is closed, frozen or gone had promised, another one fulfils.
enum TakeOverCommands {
    static let all: [RetailCommand] = [
        .change(
            "take-over",
            at: .hub,
            [.manager],
            """
            Moves one order, or all open orders of a store, to the best other stores of its region that can promise \
            them, in the way that the customer chose. What nobody can promise stays. Of many orders it looks at 500, and \
            says where the next call goes on.
            """,
            [
                .optional("order", .name, "an order's id"), .optional("store", .name, "or the store that is out"),
                .optional("to", .name, "the store that shall take them"), .optional("reason", .note, "why"),
                .optional("after", .name, "where the answer before this one ended: its `next`"),
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
        let takeOver = TakeOver(work: work, to: request.textIfAny("to"), reason: request.textIfAny("reason"))
        if let order = request.textIfAny("order") {
            try OpenOrder(order, work).refuseUnlessOpen()
            return try takeOver.move([order]).json(next: nil)
        }
        guard let store = request.textIfAny("store") else {
            throw RetailError.badInput("order", "neither order nor store", cure: "give one of them")
        }
        try PlaceLevel.refuseUnlessKnown(store, level: "store", work)
        let page = try takeOver.openOrders(at: store, after: request.textIfAny("after"))
        return try takeOver.move(page.orders).json(next: page.next)
    }
}

extension TakeOver.Moves {
    fileprivate func json(next: String?) -> JSONValue {
        [
            "moved": .list(moved.map { ["order": .text($0.order), "store": .text($0.to)] }),
            "stayed": .list(
                stayed.map {
                    ["order": .text($0.order), "code": .text($0.refusal.code.rawValue), "why": .text($0.refusal.what)]
                }
            ), "next": next.map { .text($0) } ?? .null,
        ]
    }
}
