/// How often clients of the retail trade do what: an act's rate is so many times a day and store.
///
/// Law: rates are whole thousandths, and draws among them are of integers, so that a run is the same on every machine.
public struct RetailMix: Hashable, Sendable {
    public enum Act: String, Hashable, Sendable, CaseIterable {
        // At a store
        case sales
        case receipts
        case counts
        case ordersAtStore = "orders_at_store"
        case handOvers = "hand_overs"
        case ready
        case notesAtStore = "notes_at_store"
        case transfersOut = "transfers_out"
        case transfersIn = "transfers_in"
        // At the hub
        case ordersAtHub = "orders_at_hub"
        case cancellations
        case priceChanges = "price_changes"
        case notesAtHub = "notes_at_hub"

        public var says: String {
            switch self {
            case .sales: "a sale at the counter, with its lines and payment"
            case .receipts: "goods come in"
            case .counts: "a product is counted, and its stock corrected"
            case .ordersAtStore: "an order for pick-up, placed at its store"
            case .handOvers: "an order is handed over"
            case .ready: "an order is ready"
            case .notesAtStore: "the note of an order is changed at its store"
            case .transfersOut: "goods are sent to another store"
            case .transfersIn: "goods of another store come in"
            case .ordersAtHub: "an order for pick-up, placed at the hub"
            case .cancellations: "an order is cancelled at the hub, which may not know that it was handed over"
            case .priceChanges: "three prices change at once, and the names with them"
            case .notesAtHub: "the note of an order is changed at the hub"
            }
        }

        var isOfHub: Bool {
            switch self {
            case .ordersAtHub, .cancellations, .priceChanges, .notesAtHub: true
            default: false
            }
        }
    }

    /// Of the assortment.
    public var products = 20
    /// Of a sale or an order, at most.
    public var linesMax = 3
    /// In thousandths a day and store.
    private var rates = [Int](repeating: 0, count: Act.allCases.count)

    /// Nothing happens.
    public init() {}

    /// A usual day with so many sales: beside them a third as much of the rest.
    public init(sales: Int) {
        self.init()
        let perMille: [(Act, Int)] = [
            (.sales, 1_000), (.receipts, 40), (.counts, 20), (.ordersAtStore, 40), (.handOvers, 60), (.ready, 20),
            (.notesAtStore, 20), (.transfersOut, 20), (.transfersIn, 25), (.ordersAtHub, 50), (.cancellations, 10),
            (.priceChanges, 20),
            (.notesAtHub, 20),
        ]
        for (act, rate) in perMille { self[act] = sales * rate }
    }

    public subscript(act: Act) -> Int {
        get { rates[Self.place(act)] }
        set { rates[Self.place(act)] = newValue }
    }

    /// Of all acts of a store, or of the hub for each store; in thousandths a day.
    func total(isHub: Bool) -> Int { Self.acts(isHub: isHub).reduce(0) { $0 + self[$1] } }

    /// One of the acts, as often as its rate says; nil when none has one.
    func draw(isHub: Bool, _ chance: inout Chance) -> Act? {
        let total = total(isHub: isHub)
        guard total > 0 else { return nil }
        var place = chance.below(total)
        for act in Self.acts(isHub: isHub) {
            if place < self[act] { return act }
            place -= self[act]
        }
        return nil
    }

    private static func acts(isHub: Bool) -> [Act] { Act.allCases.filter { $0.isOfHub == isHub } }
    private static func place(_ act: Act) -> Int { Act.allCases.firstIndex(of: act) ?? 0 }
}
