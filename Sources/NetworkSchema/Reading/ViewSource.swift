/// One view as it stands in the document.
struct ViewSource {
    let place: Place
    let view: NetworkSchema.View
    let sql: SQLText

    /// views: {NAME: "SELECT …"}
    static func all(in field: Field) throws(SchemaError) -> [ViewSource] {
        var views: [ViewSource] = []
        for entry in try field.named("view", expected: "views: {NAME: \"SELECT …\"}") {
            views.append(try ViewSource(entry))
        }
        return views
    }

    private init(_ field: Field) throws(SchemaError) {
        place = field.place
        sql = try field.sql(expected: "a query: SELECT …")
        guard let first = sql.tokens.first, first.isWord("select") || first.isWord("with") else {
            throw place.refusal("a view is a query", cure: "begin it with SELECT or WITH")
        }
        view = NetworkSchema.View(name: field.word, select: sql.text)
    }
}
