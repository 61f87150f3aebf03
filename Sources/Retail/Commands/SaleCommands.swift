/// The counter: a sale, and a return. Both are facts and always accepted.
enum SaleCommands {
    /// A trolley has fewer.
    static let linesMax = 500
    private static let paymentsMax = 20

    static let all: [RetailCommand] = [
        .change("sell", at: .store, [.till, .manager], "Sells over the counter; answers with a receipt.", sellFields) {
            try sell($0, $1)
        },
        .change(
            "return",
            at: .store,
            [.till, .manager],
            "Takes goods back; with the sale they came from, at most what was sold there and for the same money.",
            returnFields
        ) { try takeBack($0, $1) },
    ]

    private static let payments = Field.optional(
        "payments",
        .list(
            of: [
                Field("method", .text(bytesMax: 40), "a method, as cash or wechat"),
                Field("amount", .integer(0...1_000_000_000_000), "an amount in 分"),
                .optional(
                    "reference",
                    .text(bytesMax: PaymentReference.bytesMax),
                    "the reference given to the service"
                ),
            ],
            countMax: paymentsMax
        ),
        "the payments; without them all was paid in cash"
    )

    private static let sellFields: [Field] = [
        .optional("till", .name, "the till"), .optional("member", .name, "the customer's pseudonym"),
        Field(
            "lines",
            .list(
                of: [
                    .optional("sku", .name, "a product"), .optional("barcode", .text(bytesMax: 32), "or a barcode"),
                    .optional("quantity", .quantity, "thousandths of the unit; 1000, or what the scales printed"),
                    .optional("amount", .money, "分 for the line, where it is not the price of now"),
                ],
                countMax: linesMax
            ),
            "the lines"
        ), payments,
    ]

    private static let returnFields: [Field] = [
        .optional("till", .name, "the till"),
        .optional("sale", .name, "the sale's id, or the number on its receipt"),
        Field(
            "lines",
            .list(
                of: [
                    Field("sku", .name, "a product"), Field("quantity", .quantity, "thousandths that come back"),
                    .optional("amount", .money, "分 given back, where the sale is not named"),
                ],
                countMax: linesMax
            ),
            "the lines"
        ), .optional("method", .text(bytesMax: 40), "how the money went back; cash"),
    ]

    // MARK: Sell

    private static func sell(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let catalogue = Catalogue(work: work)
        var lines: [SaleLine] = []
        for line in request.list("lines") {
            let article = try catalogue.article(sku: line.textIfAny("sku"), barcode: line.textIfAny("barcode"))
            let sold = try article.line(quantity: line.integerIfAny("quantity"), amount: line.integerIfAny("amount"))
            lines.append(
                SaleLine(article: article, quantity: sold.quantity, amount: sold.amount, regular: sold.regular)
            )
        }
        let total = lines.reduce(0) { $0 + $1.amount.fen }
        let (paid, change) = try payments(request, total: total)
        let sale = try SaleEntry(work: work).write(
            lines,
            payments: paid,
            till: request.textIfAny("till"),
            member: request.textIfAny("member"),
            returns: nil
        )
        return .object([
            "sale": .text(sale.id), "receipt": .text(sale.receipt), "total": .integer(total),
            "change": .integer(change),
            "lines": .list(lines.map(\.json)),
        ])
    }

    /// What each payment leaves in the drawer, and the change: cash beyond the total goes back.
    private static func payments(_ request: Arguments, total: Int64) throws -> ([SaleEntry.Payment], change: Int64) {
        var payments = request.list("payments").map {
            SaleEntry.Payment(
                method: $0.text("method"),
                amount: $0.integer("amount"),
                reference: $0.textIfAny("reference")
            )
        }
        if payments.isEmpty { payments = [SaleEntry.Payment(method: "cash", amount: total, reference: nil)] }
        for payment in payments { if let reference = payment.reference { _ = try PaymentReference(reference) } }
        let excess = payments.reduce(0) { $0 + $1.amount } - total
        guard excess != 0 else { return (payments, 0) }
        guard excess > 0, let cash = payments.firstIndex(where: { $0.method == "cash" && $0.amount >= excess }) else {
            throw RetailError.badInput(
                "payments",
                "they add up to \(total + excess) 分, and the sale to \(total)",
                cure: excess > 0 ? "lower them; only cash gives change" : "add what is missing"
            )
        }
        payments[cash].amount -= excess
        return (payments.filter { $0.amount > 0 }, excess)
    }

    // MARK: Return

    private static func takeBack(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let sale = try request.textIfAny("sale").map { try known($0, work) }
        var lines: [SaleLine] = []
        let catalogue = Catalogue(work: work)
        for line in request.list("lines") {
            let (sku, quantity) = (line.text("sku"), line.integer("quantity"))
            let article = try catalogue.article(sku: sku, barcode: nil)
            let money: Money
            if let sale {
                let taken = lines.filter { $0.article.sku == sku }.reduce(0) { $0 - $1.quantity.thousandths }
                money = try share(of: sale, article, quantity, alreadyHere: taken, work)
            } else {
                money = try article.line(quantity: quantity, amount: line.integerIfAny("amount")).amount
            }
            lines.append(
                SaleLine(
                    article: article,
                    quantity: Quantity(thousandths: -quantity),
                    amount: Money(fen: -money.fen),
                    regular: nil
                )
            )
        }
        let total = lines.reduce(0) { $0 + $1.amount.fen }
        let entry = try SaleEntry(work: work).write(
            lines,
            payments: [.init(method: request.textIfAny("method") ?? "cash", amount: total, reference: nil)],
            till: request.textIfAny("till"),
            member: nil,
            returns: sale
        )
        return .object([
            "sale": .text(entry.id), "receipt": .text(entry.receipt), "total": .integer(total),
            "lines": .list(lines.map(\.json)),
        ])
    }

    private static func known(_ name: String, _ work: Work) throws -> String {
        let byID = try work.row("SELECT id FROM sale WHERE id = ?1", name)
        let parts = name.split(separator: "-")
        let byReceipt =
            try byID
            ?? (parts.count < 4
                ? nil
                : work.row(
                    """
                    SELECT id FROM sale WHERE store_id = ?1 AND receipt_day = ?2 AND receipt_site = ?3 AND receipt_number = ?4
                    """,
                    work.node,
                    String(parts[parts.count - 2]),
                    String(parts[parts.count - 3]),
                    Int64(parts[parts.count - 1])
                ))
        guard let sale = byReceipt?.textIfAny(0) else {
            throw RetailError(
                .notFound,
                name,
                "this store has no sale \(name)",
                cure: "leave the sale out, and give the amounts"
            )
        }
        return sale
    }

    /// The money for so much of what the sale had of a product, less what was brought back before.
    private static func share(
        of sale: String,
        _ article: Catalogue.Article,
        _ quantity: Int64,
        alreadyHere: Int64,
        _ work: Work
    ) throws -> Money {
        let sold = try work.row(
            "SELECT coalesce(sum(quantity), 0), coalesce(sum(amount), 0) FROM sale_line WHERE sale_id = ?1 AND sku = ?2",
            sale,
            article.sku
        )
        let back = try work.row(
            """
            SELECT coalesce(-sum(l.quantity), 0) FROM sale s JOIN sale_line l ON l.sale_id = s.id
            WHERE s.store_id = ?3 AND s.returns_sale = ?1 AND l.sku = ?2
            """,
            sale,
            article.sku,
            work.node
        )
        let left = (sold?.integer(0) ?? 0) - (back?.integer(0) ?? 0) - alreadyHere
        guard quantity <= left, let sold, sold.integer(0) > 0,
            let money = Money(fen: sold.integer(1)).share(quantity, of: sold.integer(0))
        else {
            throw RetailError(
                .notNow,
                article.sku,
                "of \(article.sku) that sale has \(max(left, 0)) left to bring back",
                cure: "bring back no more, or leave the sale out"
            )
        }
        return money
    }
}
