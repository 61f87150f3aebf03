import ChangeLog
import Foundation

/// What is sold in the demonstration: made sales, or those of a file, split in two by the moment of the cut.
struct DemonstrationTrade {
    struct Product {
        let sku: String
        let name: String
        /// 分.
        let price: Int64
    }

    /// One basket, and the one transaction that sells it.
    struct Sale {
        let id: String
        let store: String
        /// Thousandths, all lines together.
        let units: Int64
        let lines: [(sku: String, quantity: Int64, amount: Int64)]

        var statements: [(sql: String, values: [Value])] {
            [("INSERT INTO sale(id, store_id) VALUES (?, ?)", [.text(id), .text(store)])]
                + lines.enumerated().map { index, line in
                    (
                        """
                        INSERT INTO sale_line(sale_id, line, store_id, sku, quantity, amount) \
                        VALUES (?, ?, ?, ?, ?, ?)
                        """,
                        [
                            .text(id), .integer(Int64(index + 1)), .text(store), .text(line.sku),
                            .integer(line.quantity), .integer(line.amount),
                        ]
                    )
                }
        }
    }

    /// Rows of stock whose `on_hand` is not the opening stock (second parameter, JSON) less what sale lines took.
    static let driftQuery = """
        SELECT count(*) FROM stock s JOIN json_each(?2) o ON o.key = s.sku WHERE s.store_id = ?1 AND s.on_hand <> \
        o.value - coalesce((SELECT sum(quantity) FROM sale_line l WHERE l.store_id = s.store_id AND l.sku = s.sku), 0)
        """

    /// Of a file's baskets so many are replayed, evenly over its time: each is a transaction of its own, which is
    /// synced and sent on its own, and nobody looks at a demonstration for minutes.
    private static let basketsMax = 3_000

    let products: [Product]
    let before: [Sale]
    let during: [Sale]
    var all: [Sale] { before + during }
    /// What is sold, for people.
    let sentence: String
    private let openingUnits: [String: Int64]

    init(sales: SalesFile?, stores: [String], salesPerStore: Int) throws {
        let every = sales.map { max(1, ($0.baskets.count + Self.basketsMax - 1) / Self.basketsMax) } ?? 1
        let made =
            sales.map { Self.sales(of: $0, every: every, stores: stores) }
            ?? Self.madeSales(stores: stores, each: salesPerStore)
        let lines = made.reduce(0) { $0 + $1.lines.count }
        sentence =
            sales.map { file in
                "Replaying \(made.count) of the file's \(file.baskets.count) baskets"
                    + (every > 1 ? " (one in \(every), or it would take minutes)" : "")
                    + ", \(lines) of its \(file.lineCount) lines, its stores folded into \(stores.count)."
            } ?? "Selling \(made.count) made baskets, \(lines) lines."
        before = Array(made[..<(made.count / 2)])
        during = Array(made[(made.count / 2)...])
        let skus = Set(made.flatMap { $0.lines.map { $0.sku } }).sorted()
        products =
            skus.enumerated().map {
                Product(sku: $1, name: Self.names[$0 % Self.names.count], price: Int64(300 + $0 % 40 * 50))
            }
            + [Product(sku: "last-cake", name: "a last cake", price: 8_800)]
        var opening: [String: Int64] = [:]
        for sale in made { for line in sale.lines { opening[line.sku, default: 0] += max(line.quantity, 0) } }
        openingUnits = opening
    }

    /// Thousandths of each product at a store's opening: enough for all that is sold, and one last cake.
    func opening(at store: String) -> [(sku: String, units: Int64)] {
        products.map { product in (product.sku, product.sku == "last-cake" ? 1_000 : openingUnits[product.sku] ?? 0) }
    }

    /// The same as a JSON object.
    func openingJSON(at store: String) throws -> String {
        let units = Dictionary(opening(at: store).map { ($0.sku, $0.units) }, uniquingKeysWith: { first, _ in first })
        return String(decoding: try JSONEncoder().encode(units), as: UTF8.self)
    }

    private static let names = [
        "rice, 5 kg", "soy milk", "bread", "eggs, ten", "green tea", "noodles", "apples", "soap",
    ]

    private static func madeSales(stores: [String], each: Int) -> [Sale] {
        (0..<each * stores.count).map { index in
            let lines = (0...(index % 3)).map { line in
                (
                    sku: "sku-\((index * 7 + line * 5) % 12 + 10)", quantity: Int64(1_000 * (1 + (index + line) % 2)),
                    amount: Int64(300 + line * 50)
                )
            }
            return Sale(
                id: "sale-\(index)",
                store: stores[index % stores.count],
                units: lines.reduce(0) { $0 + $1.quantity },
                lines: lines
            )
        }
    }

    private static func sales(of file: SalesFile, every: Int, stores: [String]) -> [Sale] {
        let places = Dictionary(
            uniqueKeysWithValues: Set(file.baskets.map { $0.store }).sorted().enumerated().map { ($1, $0) }
        )
        return stride(from: 0, to: file.baskets.count, by: every).map { number in
            let basket = file.baskets[number]
            return Sale(
                id: "\(basket.store)-\(basket.id)",
                store: stores[(places[basket.store] ?? 0) % stores.count],
                units: basket.lines.reduce(0) { $0 + $1.quantity },
                lines: basket.lines.map { ("p\($0.product)", $0.quantity, $0.amount) }
            )
        }
    }
}
