/// A product that the network has, or that some shelf has at least.
enum KnownProduct {
    /// - Throws: `RetailError.notFound`.
    static func refuseUnlessKnown(_ sku: String, _ work: Work) throws {
        let found = try work.row(
            "SELECT 1 FROM product WHERE sku = ?1 UNION ALL SELECT 1 FROM stock WHERE sku = ?1 LIMIT 1",
            sku
        )
        guard found != nil else {
            throw RetailError(
                .notFound,
                sku,
                "there is no product \(sku)",
                cure: work.isHub ? "add it with set-products, or name another" : "name one that the hub has"
            )
        }
    }
}
