/// Real sales for a run: the baskets of a file, in the order in which they were sold, and by that what must come out.
///
/// Quantities are thousandths, amounts minor units of the currency.
public struct SalesReplay: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public let sku: String
        public let quantity: Int64
        public let amount: Int64

        public init(sku: String, quantity: Int64, amount: Int64) {
            (self.sku, self.quantity, self.amount) = (sku, quantity, amount)
        }
    }

    public struct Basket: Hashable, Sendable {
        /// Unique in the file.
        public let id: String
        /// The file's own store.
        public let store: String
        public let lines: [Line]

        public init(id: String, store: String, lines: [Line]) {
            (self.id, self.store, self.lines) = (id, store, lines)
        }
    }

    /// What a store sold of a product.
    struct Total: Hashable {
        var lines: Int64 = 0
        var quantity: Int64 = 0
        var amount: Int64 = 0
    }

    let baskets: [Basket]
    /// The file's stores, in order of name: the n-th is folded into the run's store n modulo their number.
    private let places: [String: Int]

    public init(_ baskets: [Basket]) {
        self.baskets = baskets
        places = Dictionary(
            uniqueKeysWithValues: Set(baskets.map { $0.store }).sorted().enumerated().map { ($1, $0) }
        )
    }

    func place(of basket: Basket, stores: Int) -> Int { (places[basket.store] ?? 0) % stores }

    /// By store of the run, by product.
    func totals(stores: Int) -> [[String: Total]] {
        var totals = [[String: Total]](repeating: [:], count: stores)
        for basket in baskets {
            let place = place(of: basket, stores: stores)
            for line in basket.lines {
                totals[place][line.sku, default: Total()].lines += 1
                totals[place][line.sku, default: Total()].quantity += line.quantity
                totals[place][line.sku, default: Total()].amount += line.amount
            }
        }
        return totals
    }
}
