/// What the hub keeps for all: prices by list, goods, places.
enum PriceCommands {
    /// A list of a whole assortment, in one transaction.
    static let entriesMax = 20_000

    static let all: [RetailCommand] = [
        .change(
            "set-prices",
            at: .hub,
            [.manager],
            "Sets prices by list, from a time on: written in one transaction, so that each store sees all or nothing.",
            [
                Field("list", .name, "the list's name"),
                .optional("level", .choice(["network", "region", "store"]), "for whom; network"),
                .optional("place", .name, "the region or store"),
                .optional("valid_from", .time, "from when; now"), .optional("valid_until", .time, "until when"),
                Field(
                    "prices",
                    .list(of: [Field("sku", .name, "a product"), Field("amount", .money, "分")], countMax: entriesMax),
                    "the prices"
                ),
            ]
        ) { try setPrices($0, $1) },
        .change(
            "set-products",
            at: .hub,
            [.manager],
            "Adds products, or changes them; with barcodes.",
            [
                Field(
                    "products",
                    .list(
                        of: [
                            Field("sku", .name, "the product's number here"), Field("name", .name, "its name"),
                            .optional("unit", .text(bytesMax: 40), "its unit; piece"),
                            .optional("category", .name, "a category"), .optional("supplier", .name, "who supplies it"),
                            .optional("barcode", .text(bytesMax: 32), "a GTIN, or the number that scales print"),
                        ],
                        countMax: entriesMax
                    ),
                    "the products"
                )
            ]
        ) { try setProducts($0, $1) },
        .change(
            "set-store",
            at: .hub,
            [.manager],
            "Describes a store: region, opening minutes, zone, what it offers, how its scales print.",
            storeFields
        ) { try setStore($0, $1) },
        .change(
            "set-markdown",
            at: .both,
            [.manager],
            "A percentage off at a time of day: of a product or category for all or a region at the hub, of a product at a store.",
            [
                .optional("sku", .name, "a product"), .optional("category", .name, "or a category; at the hub"),
                .optional("region", .name, "a region; all; at the hub"), Field("percent", .integer(1...100), "percent"),
                .optional("from_minute", .integer(0...1_440), "from which minute of the day; 0"),
                .optional("until_minute", .integer(0...1_440), "until which; 1440"),
                .optional("weekdays", .integer(1...127), "a bit for each day, Sunday's is 1; all are 127"),
                .optional("valid_from", .time, "from when"), .optional("valid_until", .time, "until when"),
            ]
        ) { try setMarkdown($0, $1) },
    ]

    private static let storeFields: [Field] = [
        Field("store", .name, "a store"), .optional("name", .name, "its name"),
        .optional("region", .name, "its region"),
        .optional("address", .note, "its address"), .optional("phone", .text(bytesMax: 40), "its phone"),
        .optional("time_zone", .text(bytesMax: 64), "a zone, as Asia/Shanghai"),
        .optional("utc_offset_minutes", .integer(-900...900), "the zone's minutes ahead of UTC"),
        .optional("day_starts_minute", .integer(0...1_439), "when its business day begins"),
        .optional("opens_minute", .integer(0...1_440), "when it opens"),
        .optional("closes_minute", .integer(0...1_440), "when it closes"),
        .optional("offers_pickup", .boolean, "pick-up"), .optional("offers_delivery", .boolean, "delivery"),
        .optional("weighed_codes", .text(bytesMax: 200), "templates of its scales' barcodes"),
    ]

    private static func setPrices(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let level = request.textIfAny("level") ?? "network"
        let place = try PlaceLevel.place(request, level: level, work: work)
        let from = request.integerIfAny("valid_from") ?? work.now
        let until = request.integerIfAny("valid_until")
        if let until, until <= from {
            throw RetailError.badInput("valid_until", "it is not after valid_from", cure: "give a later time")
        }
        try refuseUnfitPrices(request, work)
        let (table, column) = Self.table(of: level)
        let key = column.map { "\($0), " } ?? ""
        for price in request.list("prices") {
            try work.run(
                """
                INSERT INTO \(table)(\(key)sku, valid_from, valid_until, amount, list)
                VALUES (\(column == nil ? "" : "?6, ")?1, ?2, ?3, ?4, ?5) ON CONFLICT (\(key)sku, valid_from)
                DO UPDATE SET valid_until = excluded.valid_until, amount = excluded.amount, list = excluded.list
                """,
                values: [price.text("sku"), from, until, price.integer("amount"), request.text("list")]
                    + (column == nil ? [] : [place])
            )
        }
        return .object([
            "list": .text(request.text("list")), "prices": .integer(Int64(request.list("prices").count)),
            "valid_from": .integer(from),
        ])
    }

    /// A price of a product that nobody knows would be nobody's, and of two for one product one would be lost.
    private static func refuseUnfitPrices(_ request: Arguments, _ work: Work) throws {
        var listed: Set<[UInt8]> = []
        for (place, price) in request.list("prices").enumerated() {
            let sku = price.text("sku")
            guard listed.insert(Array(sku.utf8)).inserted else {
                throw RetailError.badInput("prices[\(place)].sku", "\(sku) stands twice", cure: "give it one price")
            }
            try KnownProduct.refuseUnlessKnown(sku, work)
        }
    }

    private static func table(of level: String) -> (table: String, column: String?) {
        switch level {
        case "region": ("region_price", "region")
        case "store": ("store_price", "store_id")
        default: ("price", nil)
        }
    }

    private static func setProducts(_ request: Arguments, _ work: Work) throws -> JSONValue {
        for product in request.list("products") {
            try work.run(
                """
                INSERT INTO product(sku, name, unit, category, supplier) VALUES (?1, ?2, coalesce(?3, 'piece'), ?4, ?5)
                ON CONFLICT (sku) DO UPDATE SET name = excluded.name, unit = coalesce(?3, unit),
                  category = coalesce(?4, category), supplier = coalesce(?5, supplier)
                """,
                product.text("sku"),
                product.text("name"),
                product.textIfAny("unit"),
                product.textIfAny("category"),
                product.textIfAny("supplier")
            )
            guard let code = product.textIfAny("barcode") else { continue }
            // Scales print five digits or so, which no GTIN is.
            let isShort = code.utf8.count < 8 && code.utf8.allSatisfy { (0x30...0x39).contains($0) }
            try work.run(
                "INSERT INTO barcode(gtin, sku) VALUES (?1, ?2) ON CONFLICT (gtin) DO UPDATE SET sku = excluded.sku",
                isShort ? code : try GTIN(code).digits,
                product.text("sku")
            )
        }
        return ["products": .integer(Int64(request.list("products").count))]
    }

    private static func setStore(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let store = request.text("store")
        if let templates = request.textIfAny("weighed_codes") { _ = try WeighedCode(templates: templates) }
        try work.run("INSERT INTO store(store_id) VALUES (?1) ON CONFLICT DO NOTHING", store)
        let zone = try Zone(request, store: store, work)
        for field in storeFields.dropFirst() {
            let value: (any Bindable)? =
                switch field.kind {
                case .integer: request.integerIfAny(field.name)
                case .boolean: request.flag(field.name)
                default: request.textIfAny(field.name)
                }
            guard let value else { continue }
            try work.run("UPDATE store SET \(field.name) = ?1 WHERE store_id = ?2", value, store)
        }
        if let zone {
            try work.run("UPDATE store SET utc_offset_minutes = ?1 WHERE store_id = ?2", zone.minutes, store)
        }
        let hours = try work.row("SELECT opens_minute, closes_minute FROM store WHERE store_id = ?1", store)
        guard hours?.integer(0) != hours?.integer(1) else {
            throw RetailError.badInput(
                "closes_minute",
                "a store that closes when it opens is never open",
                cure: "give other minutes; 0 and 1440 are all day"
            )
        }
        let region = try work.row("SELECT region FROM store WHERE store_id = ?1", store)?.textIfAny(0)
        if let region { try work.run("INSERT INTO region(region) VALUES (?1) ON CONFLICT DO NOTHING", region) }
        return ["store": .text(store)]
    }

    private static func refuseUnfitMarkdown(_ request: Arguments, _ work: Work) throws {
        let (from, until) = (request.integerIfAny("from_minute") ?? 0, request.integerIfAny("until_minute") ?? 1_440)
        guard from < until else {
            throw RetailError.badInput(
                "until_minute",
                "it is not after from_minute",
                cure: "give a later minute; past midnight is a markdown of its own"
            )
        }
        if let from = request.integerIfAny("valid_from"), let until = request.integerIfAny("valid_until"), until <= from
        {
            throw RetailError.badInput("valid_until", "it is not after valid_from", cure: "give a later time")
        }
        if let sku = request.textIfAny("sku") { try KnownProduct.refuseUnlessKnown(sku, work) }
        if let region = request.textIfAny("region") { try PlaceLevel.refuseUnlessKnown(region, level: "region", work) }
    }

    private static func setMarkdown(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let isHub = work.isHub
        try refuseUnfitMarkdown(request, work)
        guard isHub || (request.textIfAny("category") == nil && request.textIfAny("region") == nil) else {
            throw RetailError(.wrongNode, "category", "a store marks down products of its own", cure: "ask the hub")
        }
        guard request.textIfAny("sku") != nil || (isHub && request.textIfAny("category") != nil) else {
            throw RetailError.badInput("sku", "nothing is named", cure: "give a sku, or a category at the hub")
        }
        let common: [(any Bindable)?] = [
            request.textIfAny("sku"), request.integer("percent"), request.integerIfAny("from_minute") ?? 0,
            request.integerIfAny("until_minute") ?? 1_440, request.integerIfAny("weekdays") ?? 127,
            request.integerIfAny("valid_from"), request.integerIfAny("valid_until"),
        ]
        let columns = "sku, percent, from_minute, until_minute, weekdays, valid_from, valid_until"
        let id = try work.id(
            isHub
                ? "INSERT INTO markdown(\(columns), category, region) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id"
                : "INSERT INTO store_markdown(\(columns), store_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
            values: common + (isHub ? [request.textIfAny("category"), request.textIfAny("region")] : [work.node])
        )
        return ["markdown": .text(id)]
    }
}
