/// One index as it stands in the document.
struct IndexSource {
    let place: Place
    let words: Words
    let index: NetworkSchema.Index
    let columns: [Field]

    /// indexes: {NAME: {table: TABLE, columns: [COLUMN, …]}}
    static func all(in field: Field) throws(SchemaError) -> [IndexSource] {
        var indexes: [IndexSource] = []
        for entry in try field.named("index", expected: "indexes: {NAME: {table: TABLE, columns: [COLUMN]}}") {
            indexes.append(try IndexSource(entry))
        }
        return indexes
    }

    private init(_ field: Field) throws(SchemaError) {
        place = field.place
        words = try Words(field, .index)
        let table = try words.required("table").name(of: "table")
        columns = try words.required("columns").list(expected: "columns: [COLUMN, …]")
        guard !columns.isEmpty else {
            throw words.refusal(at: "columns", "the list is empty", cure: "name the columns to search by")
        }
        var names: [String] = []
        for column in columns { names.append(try column.name(of: "column")) }
        index = NetworkSchema.Index(name: field.word, table: table, columns: names)
    }
}
