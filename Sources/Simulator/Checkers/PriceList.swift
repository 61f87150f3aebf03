import Replica

/// What a snapshot says of each product's price, read once for all checkers.
final class PriceList {
    struct Price {
        let sku: String
        /// Of the change that wrote it.
        let version: Int64
        /// What the product is called; the change that wrote the price wrote it too.
        let name: String?
    }

    private var read: [Price]?

    func prices(_ sql: SQL) throws -> [Price] {
        if let read { return read }
        let row = try sql.statement(
            "SELECT p.sku, p.amount - \(RetailWorkload.firstPrice), q.name FROM price p JOIN product q USING (sku)"
        )
        defer { row.reset() }
        var prices: [Price] = []
        while try row.step() {
            prices.append(Price(sku: row.string(0), version: row.integer(1), name: row.isNull(2) ? nil : row.string(2)))
        }
        read = prices
        return prices
    }
}
