/// When the hub has a store's open orders taken over unasked: the rows of `take_over_policy`, of which a store's own
/// stands before its region's, and that before the network's. Without any of them nothing moves by itself.
struct TakeOverPolicy {
    private struct Terms {
        var whenClosed: Bool
        var whenFrozen: Bool
        var silentSeconds: Int64?
    }

    private struct Place: Hashable {
        var level: String
        var name: String
    }

    private var terms: [Place: Terms] = [:]

    init(_ work: Work) throws {
        let rows = try work.rows(
            "SELECT level, place, when_closed, when_frozen, silent_seconds FROM take_over_policy"
        )
        for row in rows {
            terms[Place(level: row.text(0), name: row.text(1))] = Terms(
                whenClosed: row.integer(2) == 1,
                whenFrozen: row.integer(3) == 1,
                silentSeconds: row.integerIfAny(4)
            )
        }
    }

    var isEmpty: Bool { terms.isEmpty }

    /// Why a store's open orders shall move; nil when they stay.
    func reason(
        for store: StoreStanding,
        region: String?,
        isClosed: Bool,
        silentSeconds: Int64?
    ) -> String? {
        let places = [
            Place(level: "store", name: store.store), Place(level: "region", name: region ?? store.region),
            Place(level: "network", name: ""),
        ]
        guard let terms = places.lazy.compactMap({ terms[$0] }).first else { return nil }
        if terms.whenClosed, isClosed { return "policy: closed" }
        if terms.whenFrozen, !store.takesPart { return "policy: frozen or retired" }
        if let limit = terms.silentSeconds, let silent = silentSeconds, silent >= limit {
            return "policy: silent for \(limit) s"
        }
        return nil
    }
}

extension TakeOverPolicy {
    static let commands: [RetailCommand] = [
        .change(
            "set-take-over",
            at: .hub,
            [.manager],
            """
            Says when the hub takes over a store's open orders unasked: when it is closed, frozen, or silent for so long. \
            The setting of a store stands before its region's, and that before the network's; without any, never.
            """,
            [
                .optional("level", .choice(["network", "region", "store"]), "for whom; network"),
                .optional("place", .name, "the region or store"),
                .optional("when_closed", .boolean, "when it is closed for business; false"),
                .optional("when_frozen", .boolean, "when it is frozen or retired; false"),
                .optional("silent_seconds", .integer(1...31_536_000), "when it is silent for so many seconds; never"),
                .optional("remove", .boolean, "true: what is set for a wider level holds again"),
            ]
        ) { try set($0, $1) },
        .ask(
            "take-over-policy",
            at: .hub,
            [.manager],
            "When the hub takes over open orders unasked, as it is set.",
            []
        ) { _, work in
            let rows = try work.rows(
                "SELECT level, place, when_closed, when_frozen, silent_seconds FROM take_over_policy ORDER BY level, place"
            )
            return ["policies": .list(rows.map(json))]
        },
    ]

    private static func set(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let level = request.textIfAny("level") ?? "network"
        let place = try PlaceLevel.place(request, level: level, work: work) ?? ""
        if request.flag("remove") == true {
            try work.run("DELETE FROM take_over_policy WHERE level = ?1 AND place = ?2", level, place)
            return ["level": .text(level), "place": .text(place), "removed": true]
        }
        try work.run(
            """
            INSERT INTO take_over_policy(level, place, when_closed, when_frozen, silent_seconds)
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (level, place) DO UPDATE SET when_closed = excluded.when_closed,
              when_frozen = excluded.when_frozen, silent_seconds = excluded.silent_seconds
            """,
            level,
            place,
            request.flag("when_closed") ?? false,
            request.flag("when_frozen") ?? false,
            request.integerIfAny("silent_seconds")
        )
        let row = try work.row(
            """
            SELECT level, place, when_closed, when_frozen, silent_seconds FROM take_over_policy
            WHERE level = ?1 AND place = ?2
            """,
            level,
            place
        )
        return row.map(json) ?? .null
    }

    private static func json(_ row: Row) -> JSONValue {
        [
            "level": row.json(0), "place": row.json(1), "when_closed": .bool(row.integer(2) == 1),
            "when_frozen": .bool(row.integer(3) == 1), "silent_seconds": row.json(4),
        ]
    }
}
