/// Which store fulfils an order: of those that may and hold the rights, the best.
///
///     fits      open for business, offers what is asked, open at the time that was asked for, in the region asked for
///     promises  the hub holds the rights to all lines there, and nothing was overdrawn of them
///     best      online before offline, open now before closed now, then with the most to spare, then by name
struct StoreChoice {
    struct Wish {
        var fulfilment: String
        var deliverFrom: Int64?
        var region: String?
        /// The customer's own choice: it or none.
        var store: String?
        /// Stores that had the order already.
        var except: Set<String> = []
        /// Not one that may be as silent as the one before it.
        var isOnline = false
    }

    struct Candidate {
        var store: String
        fileprivate var isOnline: Bool
        fileprivate var isOpenNow: Bool
        /// Thousandths of what is asked for, of the scarcest line.
        fileprivate var slack: Int64
    }

    let work: Work
    let lines: [(sku: String, quantity: Int64)]

    /// The best first.
    ///
    /// - Throws: `RetailError`: no store fits, or none holds the rights.
    func candidates(_ wish: Wish) throws -> [Candidate] {
        let standings = Dictionary(work.stores.map { ($0.store, $0) }, uniquingKeysWith: { first, _ in first })
        var fitting: [Candidate] = []
        var reason =
            if let store = wish.store {
                wish.except.contains(store) ? "\(store) had it before" : "there is no store \(store)"
            } else {
                wish.region.map { "no \(wish.except.isEmpty ? "" : "other ")store is in \($0)" } ?? "no store fits"
            }
        let places = try places(wish)
        if places.isEmpty, wish.region == nil, !work.isHub {
            throw RetailError(
                .noStore,
                work.node,
                "\(work.node) is not in the hub's list of stores yet",
                cure: "ask again once this store was online: the hub's daemon lists it within seconds of its joining"
            )
        }
        for place in places {
            let standing = standings[place.text(0)]
            if let why = unfit(place, standing, wish) {
                reason = "\(place.text(0)) \(why)"
                continue
            }
            fitting.append(
                Candidate(
                    store: place.text(0),
                    isOnline: standing?.isOnline ?? false,
                    isOpenNow: isOpen(place, at: work.now),
                    slack: .max
                )
            )
        }
        guard !fitting.isEmpty else {
            throw RetailError(
                .noStore,
                wish.store ?? wish.region ?? "network",
                reason,
                cure: "ask for another store, region, time or way"
            )
        }
        var able: [Candidate] = []
        var short = lines.first?.sku ?? ""
        for candidate in fitting {
            switch try slack(at: candidate.store) {
            case .some(let slack): able.append(Candidate(candidate, slack: slack))
            case .short(let sku): short = sku
            }
        }
        guard !able.isEmpty else {
            throw RetailError(
                .noRights,
                short,
                wish.store.map { "\($0) cannot promise \(short) in this quantity" }
                    ?? "no store can promise \(short) in this quantity with the rest",
                cure: "ask for less, or at another store; rights move by themselves"
            )
        }
        return able.sorted { one, other in
            if one.isOnline != other.isOnline { return one.isOnline }
            if one.isOpenNow != other.isOpenNow { return one.isOpenNow }
            if one.slack != other.slack { return one.slack > other.slack }
            return one.store.utf8.lexicographicallyPrecedes(other.store.utf8)
        }
    }

    // MARK: Steps

    private func places(_ wish: Wish) throws -> [Row] {
        let places = try work.rows(
            """
            SELECT store_id, region, closed_at, offers_pickup, offers_delivery, opens_minute, closes_minute,
              utc_offset_minutes FROM store
            WHERE (?1 IS NULL OR store_id = ?1) AND (?2 IS NULL OR region = ?2) ORDER BY store_id
            """,
            work.isHub ? wish.store : work.node,
            wish.region
        )
        return places.filter { !wish.except.contains($0.text(0)) }
    }

    private func unfit(_ place: Row, _ standing: StoreStanding?, _ wish: Wish) -> String? {
        if place.integerIfAny(2) != nil { return "is closed" }
        if standing?.takesPart == false { return "is frozen or retired" }
        if wish.isOnline, standing?.isOnline != true { return "is offline" }
        if wish.fulfilment == "pickup" { return place.integer(3) == 1 ? nil : "offers no pick-up" }
        if place.integer(4) == 0 { return "delivers nothing" }
        if let time = wish.deliverFrom, !isOpen(place, at: time) { return "is not open at that time" }
        return nil
    }

    private func isOpen(_ place: Row, at time: Int64) -> Bool {
        let minute = (time / 60_000 + place.integer(7)) % 1_440
        let (opens, closes) = (place.integer(5), place.integer(6))
        // A store that closes after midnight.
        return opens <= closes ? minute >= opens && minute < closes : minute >= opens || minute < closes
    }

    private enum Slack {
        case some(Int64)
        case short(String)
    }

    private func slack(at store: String) throws -> Slack {
        var least = Int64.max
        for line in lines {
            let row = try work.row(
                """
                SELECT k.available - max(k.overdrawn, 0), coalesce(h.available, 0) FROM stock k
                LEFT JOIN linli_held_stock h ON h.store_id = k.store_id AND h.sku = k.sku
                WHERE k.store_id = ?1 AND k.sku = ?2
                """,
                store,
                line.sku
            )
            let left = row.map { min($0.integer(0), $0.integer(1)) } ?? 0
            guard left >= line.quantity else { return .short(line.sku) }
            least = min(least, left / max(line.quantity / 1_000, 1))
        }
        return .some(least)
    }
}

extension StoreChoice.Candidate {
    fileprivate init(_ candidate: Self, slack: Int64) {
        self = candidate
        self.slack = slack
    }
}
