/// One namespace: SQLite keeps tables, views and indexes under one roof.
extension SchemaSource {
    func checkNames() throws(SchemaError) {
        var taken: [String: String] = [:]
        let named =
            tables.map { ($0.table.name, "table", $0.place) } + views.map { ($0.view.name, "view", $0.place) }
            + indexes.map { ($0.index.name, "index", $0.place) }
        for (name, kind, place) in named {
            if let other = taken.updateValue(kind, forKey: name) {
                throw place.refusal("a \(other) has this name already", cure: "choose another name for the \(kind)")
            }
            if kind != "index", ["new", "old", "excluded"].contains(name) {
                throw place.refusal(
                    "\(name.uppercased()) is a row in effects and in ON CONFLICT",
                    cure: "choose another name for the \(kind)"
                )
            }
        }
    }

    func checkIndexes() throws(SchemaError) {
        for source in indexes {
            guard let table = table(named: source.index.table) else {
                throw source.words.refusal(
                    at: "table",
                    "there is no table \(shown(source.index.table))",
                    cure: choice(source.index.table, of: tables.map(\.table.name))
                )
            }
            let names = ColumnNames(table: source.index.table, names: table.table.columns.map(\.name))
            _ = try names.list(source.columns, example: "each column once")
        }
    }

    /// What a view or a subquery may read: the schema's tables and views, and the public tables beside them.
    func checkReads(_ sql: SQLText, at place: Place) throws(SchemaError) {
        let known = tables.map(\.table.name) + views.map(\.view.name)
        for name in SQLReferences.tables(in: sql) where !name.utf8.starts(with: "linli_".utf8) {
            guard number(of: name) != nil || views.contains(where: { $0.view.name == name }) else {
                throw place.refusal(
                    "there is no table or view \(shown(name))",
                    cure: choice(name, of: known, verb: "read")
                )
            }
        }
    }

    func checkViews() throws(SchemaError) {
        let numbers = Dictionary(zip(views.map(\.view.name), views.indices), uniquingKeysWith: { first, _ in first })
        var graph = Digraph(nodes: views.count)
        for (number, source) in views.enumerated() {
            try checkReads(source.sql, at: source.place)
            for name in SQLReferences.tables(in: source.sql) {
                if let read = numbers[name] { graph.connect(number, to: read) }
            }
        }
        guard case .cycle(let circle) = graph.order() else { return }
        throw views[circle[0]].place.refusal(
            "the views run in a circle: \(circle.map { views[$0].view.name }.joined(separator: " → "))",
            cure: "let one of them read tables only"
        )
    }
}
