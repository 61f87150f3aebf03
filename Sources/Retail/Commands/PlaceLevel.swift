/// For whom something is set: for the network, one region, or one store.
enum PlaceLevel {
    /// The place that a request names for its level; nil for the network.
    ///
    /// - Throws: `RetailError.badInput` when one is missing, or too much; `notFound` for one that the network has not.
    static func place(_ request: Arguments, level: String, work: Work) throws -> String? {
        let place = request.textIfAny("place")
        guard (place == nil) == (level == "network") else {
            throw RetailError.badInput(
                "place",
                "level \(level) \(place == nil ? "needs" : "takes no") place",
                cure: "name a region or store for these levels only"
            )
        }
        if let place { try refuseUnlessKnown(place, level: level, work) }
        return place
    }

    /// - Throws: `RetailError.notFound` for a region or store that the network has not.
    static func refuseUnlessKnown(_ place: String, level: String, _ work: Work) throws {
        let known =
            level == "store"
            ? "SELECT 1 FROM store WHERE store_id = ?1"
            : "SELECT 1 FROM region WHERE region = ?1 UNION ALL SELECT 1 FROM store WHERE region = ?1 LIMIT 1"
        guard try work.row(known, place) != nil else {
            throw RetailError(
                .notFound,
                place,
                "the network has no \(level) \(place)",
                cure: "name one that it has, or add it with set-store"
            )
        }
    }
}
