/// What is sold here, and at what price now.
struct Catalogue {
    let work: Work

    /// What somebody put on the counter.
    struct Article {
        var sku: String
        var name: String
        var unit: String
        /// For one unit, now, and before markdowns; nil without a price.
        var price: Money?
        var regular: Money?
        /// What a scale printed.
        var printed: WeighedCode.Reading?
        var barcode: String?
        var isKnown: Bool
    }

    /// - Throws: `RetailError.notFound` for a barcode that nobody knows; an unknown sku is taken: it lies on the counter.
    func article(sku: String?, barcode: String?) throws -> Article {
        if let sku { return try article(sku, barcode: nil, printed: nil) }
        guard let barcode else {
            throw RetailError.badInput("sku", "neither sku nor barcode", cure: "give one of them")
        }
        if let reading = try weighedCodes().read(barcode) {
            guard let sku = try self.sku(of: reading.product) else { throw Self.unknown(reading.product) }
            return try article(sku, barcode: barcode, printed: reading)
        }
        if let sku = try self.sku(of: barcode) { return try article(sku, barcode: barcode, printed: nil) }
        let gtin = try GTIN(barcode)
        guard let sku = try self.sku(of: gtin.digits) else { throw Self.unknown(barcode) }
        return try article(sku, barcode: gtin.digits, printed: nil)
    }

    private static func unknown(_ barcode: String) -> RetailError {
        RetailError(
            .notFound,
            barcode,
            "no product here has the barcode \(barcode)",
            cure: "sell it by its sku, and have the hub add the barcode"
        )
    }

    private func article(_ sku: String, barcode: String?, printed: WeighedCode.Reading?) throws -> Article {
        let product = try work.row("SELECT name, unit FROM product WHERE sku = ?1", sku)
        let price = try work.row("SELECT amount, regular FROM price_here WHERE sku = ?1", sku)
        return Article(
            sku: sku,
            name: product?.textIfAny(0) ?? sku,
            unit: product?.textIfAny(1) ?? "piece",
            price: price?.integerIfAny(0).map { Money(fen: $0) },
            regular: price?.integerIfAny(1).map { Money(fen: $0) },
            printed: printed,
            barcode: barcode,
            isKnown: product != nil
        )
    }

    private func sku(of barcode: String) throws -> String? {
        try work.row("SELECT sku FROM barcode WHERE gtin = ?1", barcode)?.textIfAny(0)
    }

    private func weighedCodes() throws -> WeighedCode {
        let templates = try work.row("SELECT weighed_codes FROM store WHERE store_id = ?1", work.node)?.textIfAny(0)
        return try WeighedCode(templates: templates ?? "2FPPPPPVVVVVC")
    }
}

extension Catalogue.Article {
    /// How much of it, and for how much: the printed price wins over any that is computed, and one that the till gives
    /// over both.
    ///
    /// - Throws: `RetailError.badInput` when there is no price, or it is beyond all bounds.
    func line(quantity given: Int64?, amount: Int64?) throws -> (quantity: Quantity, amount: Money, regular: Money?) {
        var quantity = given.map { Quantity(thousandths: $0) }
        if quantity == nil { quantity = printed?.weight }
        if quantity == nil, let printed = printed?.amount, let price { quantity = printed.quantity(at: price) }
        let sold = quantity ?? Quantity(thousandths: 1_000)
        let charged = amount.map { Money(fen: $0) } ?? printed?.amount ?? price?.price(of: sold)
        guard let charged else {
            throw RetailError.badInput(
                sku,
                price == nil ? "it has no price here" : "its price is beyond all bounds",
                cure: price == nil ? "give the line's amount, and have the hub set a price" : "sell less of it"
            )
        }
        return (sold, charged, regular?.price(of: sold))
    }
}
