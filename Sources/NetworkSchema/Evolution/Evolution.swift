/// How a schema may change: it only grows.
///
/// Stores of every version are at work at once, and a store may be away for a year. So whatever stood in one version
/// stands in every later one as it was; new tables, columns, views, indexes and effects may come beside it. What must
/// change is expanded first (the new beside the old, written both ways) and contracted later (the old no longer
/// written; it stays in the schema, empty).
extension NetworkSchema {
    /// Refuses `next` unless it is this schema with additions, one version on.
    ///
    /// `next` may list everything in another order; `ordered(like:)` puts it back.
    public func checkSuccessor(_ next: NetworkSchema) throws(SchemaError) {
        let places = DocumentPlaces(next.document)
        guard next.name == name else {
            throw places.top("schema").refusal(
                "this is schema \(shown(next.name)), and the network has \(shown(name))",
                cure: "write schema: \(name)"
            )
        }
        guard next.version == version + 1 else {
            throw places.top("version").refusal(
                next.version == version
                    ? "version \(version) is what the network has"
                    : "version \(next.version) does not follow version \(version)",
                cure: "write version: \(version + 1)"
            )
        }
        guard next.currency == currency else {
            throw places.top("currency").refusal(
                "amounts stored in \(currency) would be read as \(next.currency)",
                cure: "write currency: \(currency), and keep other currencies in columns of their own"
            )
        }
        for table in tables {
            guard let successor = next.table(named: table.name)?.table else {
                throw places.top("tables").refusal(
                    "table \(table.name) is gone, and stores still write it",
                    cure: "keep it, let applications write its replacement, and leave it empty"
                )
            }
            try TableEvolution(from: table, to: successor, places: places).check()
        }
        try checkViews(next, places)
        try checkIndexes(next, places)
    }

    private func checkViews(_ next: NetworkSchema, _ places: DocumentPlaces) throws(SchemaError) {
        for view in views {
            let successor = next.views.first { $0.name == view.name }
            guard successor.map({ SQLText.areSame($0.select, view.select) }) == true else {
                throw places.entry(view.name, in: "views").refusal(
                    "view \(view.name) is \(successor == nil ? "gone" : "changed"), and applications read it",
                    cure: "keep it as it was, and add a view of another name"
                )
            }
        }
    }

    private func checkIndexes(_ next: NetworkSchema, _ places: DocumentPlaces) throws(SchemaError) {
        for index in indexes where !next.indexes.contains(index) {
            let isGone = !next.indexes.contains { $0.name == index.name }
            throw places.entry(index.name, in: "indexes").refusal(
                "index \(index.name) is \(isGone ? "gone" : "changed")",
                cure: "keep it as it was, and add an index of another name"
            )
        }
    }

    /// The schema that a chain of documents makes, oldest first: each checked against the one before it, and its tables
    /// and columns numbered like that one's. This, and no single document, says what a number on the wire means.
    ///
    /// The first need not be version 1, but nothing may be missing between the first and the last.
    public init(history documents: [String]) throws(SchemaError) {
        guard let first = documents.first else {
            throw Place(line: nil).refusal("there is no schema document", cure: "give one document or more")
        }
        var schema = try NetworkSchema(yaml: first)
        for document in documents.dropFirst() {
            let next = try NetworkSchema(yaml: document)
            try schema.checkSuccessor(next)
            schema = next.ordered(like: schema)
        }
        self = schema
    }
}
