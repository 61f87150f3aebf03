/// A story of the retail network with a known end: who is cut off when, who does what, and what must hold in the end,
/// whatever strikes meanwhile and in whatever order it arrives.
public enum Scenario: String, Hashable, Sendable, CaseIterable {
    case lastUnit = "last-unit"
    case promiseAndCounter = "promise-and-counter"
    case cancelledAndHandedOver = "cancelled-and-handed-over"
    case priceInAPartition = "price-in-a-partition"
    case monthAway = "month-away"
    case takeOver = "take-over"
    case transferAcrossACut = "transfer-across-a-cut"
    case openingDay = "opening-day"

    public var says: String {
        switch self {
        case .lastUnit:
            "one unit and three sellers, all cut off: who holds the right sells, the others are told at once"
        case .promiseAndCounter: "the hub promises a unit that the counter sells: both stand, one shortfall names both"
        case .cancelledAndHandedOver: "cancelled at the hub and handed over at the store, whatever its clock says"
        case .priceInAPartition: "prices change while a store is cut off, one of them at a time that was told before"
        case .monthAway: "a store sells for a month while four tenths of the catalogue change"
        case .takeOver: "a store falls silent with thirty orders; others take them over; it had handed over two"
        case .transferAcrossACut: "goods go from one store to another, short by one, each end cut off in its turn"
        case .openingDay: "one price list for all stores, which each of them sees whole or not at all"
        }
    }

    /// As few as it can be played with.
    public var storesMin: Int {
        switch self {
        case .promiseAndCounter, .cancelledAndHandedOver, .priceInAPartition, .monthAway, .openingDay: 1
        case .lastUnit, .transferAcrossACut: 2
        case .takeOver: 5
        }
    }

    /// As short as it can be played.
    public var daysMin: Double {
        switch self {
        case .monthAway: 0.1
        default: 0.06
        }
    }
}

extension SimulationPlan {
    /// A scenario as it is told: its stores, its time, and faults as often as its hour bears.
    public mutating func play(_ scenario: Scenario) {
        self.scenario = scenario
        stores = scenario == .openingDay ? 200 : scenario.storesMin
        days = scenario == .monthAway ? 30 : scenario.daysMin
        daily = scenario == .openingDay ? 5_000 : scenario == .monthAway ? 300 : 200
        faultMeanMilliseconds = 600_000
        checkMilliseconds = 1_000
    }
}
