/// Goods that come in, are counted, or go to waste: facts of the store.
enum StockCommands {
    static let linesMax = 2_000

    static let all: [RetailCommand] = [
        .change(
            "receive",
            at: .store,
            [.till, .manager],
            "Takes in goods of a supplier.",
            [lines("quantity", .quantity, "thousandths that came"), .optional("reference", .name, "a delivery note")]
        ) { try receive($0, $1) },
        .change(
            "count",
            at: .store,
            [.till, .manager],
            "Says what is there; the books follow.",
            [
                lines("counted", .integer(0...Quantity.thousandthsMax), "thousandths that are there"),
                .optional("by", .name, "who counted"),
            ]
        ) { try count($0, $1) },
        .change(
            "waste",
            at: .store,
            [.till, .manager],
            "Takes out what cannot be sold.",
            [lines("quantity", .quantity, "thousandths that go"), .optional("reason", .name, "why")]
        ) { try waste($0, $1) },
    ]

    static func lines(_ name: String, _ kind: Field.Kind, _ about: String) -> Field {
        Field(
            "lines",
            .list(of: [Field("sku", .name, "a product"), Field(name, kind, about)], countMax: linesMax),
            "the lines"
        )
    }

    private static func receive(_ request: Arguments, _ work: Work) throws -> JSONValue {
        for line in request.list("lines") {
            try move(line.text("sku"), line.integer("quantity"), "receipt", request.textIfAny("reference"), work)
            // What came was asked for, as far as it was.
            try work.run(
                "UPDATE replenishment SET received_at = ?1 WHERE store_id = ?2 AND sku = ?3 AND received_at IS NULL",
                work.now,
                work.node,
                line.text("sku")
            )
        }
        return try standing(of: request.list("lines").map { $0.text("sku") }, work)
    }

    private static func count(_ request: Arguments, _ work: Work) throws -> JSONValue {
        for line in request.list("lines") {
            try work.run(
                "INSERT INTO stock_count(store_id, sku, counted, counted_at, counted_by) VALUES (?1, ?2, ?3, ?4, ?5)",
                work.node,
                line.text("sku"),
                line.integer("counted"),
                work.now,
                request.textIfAny("by")
            )
        }
        return try standing(of: request.list("lines").map { $0.text("sku") }, work)
    }

    private static func waste(_ request: Arguments, _ work: Work) throws -> JSONValue {
        for line in request.list("lines") {
            try move(line.text("sku"), -line.integer("quantity"), "waste", request.textIfAny("reason"), work)
        }
        return try standing(of: request.list("lines").map { $0.text("sku") }, work)
    }

    private static func move(
        _ sku: String,
        _ quantity: Int64,
        _ reason: String,
        _ reference: String?,
        _ work: Work
    ) throws {
        try work.run(
            """
            INSERT INTO stock_move(store_id, sku, quantity, reason, reference, moved_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """,
            work.node,
            sku,
            quantity,
            reason,
            reference,
            work.now
        )
    }

    /// The stock of these products after the command.
    static func standing(of skus: [String], _ work: Work) throws -> JSONValue {
        var stock: [JSONValue] = []
        for sku in skus {
            let row = try work.row(
                "SELECT sku, on_hand, available, overdrawn FROM stock WHERE store_id = ?1 AND sku = ?2",
                work.node,
                sku
            )
            if let row { stock.append(row.object(["sku", "on_hand", "available", "overdrawn"])) }
        }
        return ["stock": .list(stock)]
    }
}
