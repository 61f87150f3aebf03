import Foundation
import Rehearsal

/// A sales file as a story sells it: its stores folded into a few, and what must come out.
struct SalesTrade {
    struct Total {
        /// Thousandths.
        var quantity: Int64 = 0
        /// Minor units.
        var amount: Int64 = 0
        var lines: Int64 = 0
        /// Thousandths: nine tenths of what is sold.
        var opening: Int64 { max(quantity, 0) * 9 / 10 }
    }

    private struct SoldBasket: Encodable {
        var id: String
        var member: String
        var lines: [Line]
    }

    private struct Line: Encodable {
        var line: SalesFile.Line

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.unkeyedContainer()
            try fields.encode("p\(line.product)")
            try fields.encode(line.quantity)
            try fields.encode(line.amount)
        }
    }

    let stores: [String]
    let lineCount: Int
    let products: [String]
    private var sold: [String: [SoldBasket]] = [:]
    private var totals: [String: [String: Total]] = [:]

    init(_ file: SalesFile, nodes: Int) {
        stores = (0..<nodes).map { "store-\($0)" }
        lineCount = file.lineCount
        products = Set(file.baskets.flatMap { $0.lines.map { "p\($0.product)" } }).sorted()
        let numbers = Dictionary(
            uniqueKeysWithValues: Set(file.baskets.map(\.store)).sorted().enumerated().map { ($1, $0) }
        )
        for basket in file.baskets {
            let store = stores[(numbers[basket.store] ?? 0) % nodes]
            sold[store, default: []].append(
                SoldBasket(
                    id: "\(basket.store)-\(basket.id)",
                    member: basket.member,
                    lines: basket.lines.map { Line(line: $0) }
                )
            )
            for line in basket.lines {
                totals[store, default: [:]]["p\(line.product)", default: Total()].quantity += line.quantity
                totals[store, default: [:]]["p\(line.product)", default: Total()].amount += line.amount
                totals[store, default: [:]]["p\(line.product)", default: Total()].lines += 1
            }
        }
    }

    func basketCount(of store: String) -> Int { sold[store]?.count ?? 0 }

    /// JSON: a list of `{"id", "member", "lines": [[sku, quantity, amount]]}`.
    func baskets(of store: String) throws -> Data { try JSONEncoder().encode(sold[store] ?? []) }

    /// By product, in order.
    func totals(of store: String) -> [(sku: String, total: Total)] {
        (totals[store] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
