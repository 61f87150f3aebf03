/// A whole document, read: what the rules that span tables look at.
struct SchemaSource {
    let words: Words
    let tables: [TableSource]
    let views: [ViewSource]
    let indexes: [IndexSource]
    let schema: NetworkSchema
    /// Name: place in `tables`.
    private let numbers: [String: Int]

    init(document: String) throws(SchemaError) {
        words = try Words(DocumentText.root(of: document), .document)
        let name = try words.required("schema").name(of: "schema")
        let version = try words.required("version").integer(in: 1...Int64(Int32.max))
        let currency = try Self.currency(words.required("currency"))
        tables = try Self.tables(words.required("tables"))
        // A mapping holds no key twice.
        numbers = Dictionary(zip(tables.map(\.table.name), tables.indices), uniquingKeysWith: { first, _ in first })
        views = try words["views"].map { field throws(SchemaError) in try ViewSource.all(in: field) } ?? []
        indexes = try words["indexes"].map { field throws(SchemaError) in try IndexSource.all(in: field) } ?? []
        schema = NetworkSchema(
            name: name,
            version: Int(version),
            currency: currency,
            tables: tables.map(\.table),
            views: views.map(\.view),
            indexes: indexes.map(\.index),
            document: document
        )
        try checkNames()
        try checkScopes()
        try checkEffects()
        try checkViews()
        try checkIndexes()
    }

    func number(of table: String) -> Int? { numbers[table] }

    func table(named name: String) -> TableSource? { numbers[name].map { tables[$0] } }

    private static func currency(_ field: Field) throws(SchemaError) -> String {
        let currency = try field.bareWord(expected: "three capital letters of ISO 4217, such as CNY")
        let bytes = Array(currency.utf8)
        guard bytes.count == 3, bytes.allSatisfy((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains) else {
            throw field.refusal(
                "\(shown(currency)) is no currency",
                cure: "write the three capital letters of ISO 4217, such as CNY"
            )
        }
        return currency
    }

    private static func tables(_ field: Field) throws(SchemaError) -> [TableSource] {
        let fields = try field.named("table", expected: "tables: {NAME: {scope: …, …}, …}")
        guard (1...SchemaLimits.tablesMax).contains(fields.count) else {
            throw field.refusal("the schema has \(fields.count) tables", cure: "write 1 to \(SchemaLimits.tablesMax)")
        }
        var tables: [TableSource] = []
        for field in fields { tables.append(try TableSource(field)) }
        return tables
    }
}

extension NetworkSchema {
    /// Reads and checks a document. The first mistake in it is thrown, with its line, the reason and the cure.
    public init(yaml document: String) throws(SchemaError) {
        if let known = DocumentsRead.recent[document] {
            self = known
            return
        }
        self = try SchemaSource(document: document).schema
        DocumentsRead.recent[document] = self
    }
}
