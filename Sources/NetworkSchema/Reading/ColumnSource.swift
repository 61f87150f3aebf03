/// One column as it stands in the document: its value, and where its words are.
///
/// What is checked here needs no more than the column itself: the words fit each other and the type.
struct ColumnSource {
    let place: Place
    let words: Words
    let column: Column
    let check: SQLText?
    let generated: SQLText?

    init(_ field: Field, among names: ColumnNames) throws(SchemaError) {
        place = field.place
        words = try Words(field, .column)
        let type = try Self.type(words.required("type"))
        generated = try words["generated"]?.sql(expected: "a SQL expression")
        check = try words["check"]?.sql(expected: "a SQL expression")
        if generated != nil { try Self.refuseBesideGenerated(words, type) }
        let merge = try MergeReading(words, type, names).rule
        column = Column(
            name: field.word,
            type: type,
            merge: merge,
            defaultValue: try Self.defaultValue(words, type, merge),
            check: check?.text,
            generated: generated?.text,
            writer: try words["writer"]?.writer(among: names),
            isRequired: try Self.isRequired(words, merge)
        )
        if check != nil, merge.isCounter {
            throw words.refusal(
                at: "check",
                "two sums that pass a check add up to one that fails it, so a counter has none",
                cure: "write merge: escrow with a floor, or show it in a view named exception_…"
            )
        }
    }

    private static func type(_ field: Field) throws(SchemaError) -> ColumnType {
        let word = try field.bareWord(expected: "text, integer, boolean, time, blob or id")
        if let type = ColumnType(rawValue: word) { return type }
        let known = ColumnType.allCases.map(\.rawValue)
        guard let stranger = foreignTypes[word.lowercased()] else {
            throw field.refusal("there is no type \(shown(word))", cure: choice(word, of: known))
        }
        throw field.refusal("there is no type \(shown(word))", cure: stranger)
    }

    private static let foreignTypes: [String: String] = {
        let noFloat = "no floating point: use integer thousandths or minor units, type: integer"
        let cures: [(types: [String], cure: String)] = [
            (["real", "float", "double", "decimal", "numeric", "number", "money"], noFloat),
            (["string", "str", "varchar", "char", "clob", "json", "enum"], "write type: text"),
            (["int", "bigint", "smallint", "int64", "long", "counter"], "write type: integer"),
            (["bool", "bit"], "write type: boolean"),
            (["date", "datetime", "timestamp"], "write type: time: milliseconds since 1970 UTC"),
            (["binary", "bytes", "bytea"], "write type: blob"),
            (["uuid", "guid", "ulid", "serial"], "write type: id, or type: text where it refers to another row"),
        ]
        return Dictionary(uniqueKeysWithValues: cures.flatMap { cure in cure.types.map { ($0, cure.cure) } })
    }()

    private static func refuseBesideGenerated(_ words: Words, _ type: ColumnType) throws(SchemaError) {
        for field in words.all where field.word != "type" && field.word != "generated" {
            throw field.place.refusal(
                "a generated column is computed at every node and never written, so it has no \(field.word)",
                cure: "leave \(field.word) out"
            )
        }
        guard type != .id else {
            throw words.refusal(at: "type", "a generated column makes no id", cure: "write type: text")
        }
    }

    private static func isRequired(_ words: Words, _ merge: MergeRule) throws(SchemaError) -> Bool {
        guard let field = words["required"] else { return false }
        let isRequired = try field.flag()
        guard !merge.isCounter else {
            throw field.place.refusal("a counter begins at 0 and is never NULL", cure: "leave required out")
        }
        return isRequired
    }

    private static func defaultValue(
        _ words: Words,
        _ type: ColumnType,
        _ merge: MergeRule
    ) throws(SchemaError) -> Column.Literal? {
        guard let field = words["default"] else { return nil }
        guard !merge.isCounter else {
            throw field.place.refusal(
                "a counter begins at 0, and an insert counts from there",
                cure: "leave default out, and insert the value"
            )
        }
        guard merge != .first else {
            throw field.place.refusal(
                "merge: first keeps its first value, and a default would be that value for ever",
                cure: "leave default out, or write merge: last"
            )
        }
        switch type {
        case .text: return .text(try field.text(expected: "text"))
        case .integer, .time: return .integer(try field.integer(in: .min ... .max))
        case .boolean: return .integer(try field.flag() ? 1 : 0)
        case .blob: throw field.place.refusal("a blob has no default", cure: "leave default out")
        case .id: throw field.place.refusal("an id makes its own value", cure: "leave default out, or write type: text")
        }
    }
}
