/// One line of a sale as it is written, and as the receipt shows it.
struct SaleLine {
    var article: Catalogue.Article
    var quantity: Quantity
    var amount: Money
    /// Before markdowns; nil without a price.
    var regular: Money?

    var json: JSONValue {
        .object([
            "sku": .text(article.sku), "name": .text(article.name), "quantity": .integer(quantity.thousandths),
            "amount": .integer(amount.fen),
        ])
    }
}

/// Writes a sale with its lines and payments, and gives it the next receipt number of this site.
struct SaleEntry {
    struct Payment {
        var method: String
        var amount: Int64
        var reference: String?
    }

    let work: Work

    func write(
        _ lines: [SaleLine],
        payments: [Payment],
        till: String?,
        member: String?,
        returns: String?
    ) throws -> (id: String, receipt: String) {
        let total = lines.reduce(0) { $0 + $1.amount.fen }
        let id = try work.id(
            """
            INSERT INTO sale(store_id, member, sold_at, till, total, returns_sale, receipt_site, receipt_day, receipt_number)
            SELECT store_id, ?1, ?2, ?3, ?4, ?5, receipt_site, receipt_day, receipt_number FROM next_receipt RETURNING id
            """,
            member,
            work.now,
            till,
            total,
            returns
        )
        for (number, line) in lines.enumerated() {
            try work.run(
                """
                INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount, regular, barcode)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """,
                id,
                number + 1,
                work.node,
                line.article.sku,
                line.quantity.thousandths,
                line.amount.fen,
                line.regular?.fen,
                line.article.barcode
            )
        }
        for (number, payment) in payments.enumerated() {
            try work.run(
                "INSERT INTO payment(sale_id, line, method, amount, reference) VALUES (?1, ?2, ?3, ?4, ?5)",
                id,
                number + 1,
                payment.method,
                payment.amount,
                payment.reference
            )
        }
        return (id, try work.row("SELECT receipt FROM sale WHERE id = ?1", id)?.text(0) ?? "")
    }
}

extension Money {
    /// The part of this money that so much of a whole has, rounded half up.
    func share(_ part: Int64, of whole: Int64) -> Money? {
        let (product, hasOverflow) = fen.multipliedReportingOverflow(by: part)
        guard !hasOverflow else { return nil }
        return Decimal.halfUp(product, whole).map { Money(fen: $0) }
    }
}
