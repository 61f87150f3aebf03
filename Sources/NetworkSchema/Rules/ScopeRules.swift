/// Who receives a row: what a scope may name, in its own table and along its parents.
extension TableSource {
    func checkScopeColumns() throws(SchemaError) {
        let place = words.place(of: "scope")
        var stores: [Int] = []
        for scope in table.scopes {
            switch scope {
            case .network, .hub: continue
            case .region(let column): try checkNamesNode(column, "scope", at: place)
            case .store(let column):
                try checkNamesNode(column, "scope", at: place)
                stores.append(column)
            case .parent(_, let column): try checkBy(column, at: place)
            }
        }
        if !stores.isEmpty { try checkKeyIsApart(from: table.scopeColumns) }
    }

    private func checkBy(_ column: Int, at place: Place) throws(SchemaError) {
        let by = table.columns[column]
        guard by.type != .id else {
            throw self.place(of: "type", in: column).refusal(
                "an id makes up its own value, and would name a parent that does not exist",
                cure: "write type: text"
            )
        }
        guard by.generated == nil, by.merge == .last || by.merge == .first else {
            throw place.refusal(
                "scope: \(by.name) is \(by.generated == nil ? "merged" : "computed"), and a parent is chosen",
                cure: "name a column that is written, of merge: last or first"
            )
        }
    }
}

/// Which stores a table's rows can reach, its parents followed to their ends.
struct Reach: Hashable {
    var isNetwork = false
    var isRegion = false
    /// How many stores a row names.
    var stores = 0

    /// No store receives a row.
    var isHubOnly: Bool { self == Reach() }
    var isOneStore: Bool { self == Reach(stores: 1) }
    /// Some stores receive a row and others do not.
    var isPartial: Bool { !isNetwork && !isHubOnly }

    mutating func formUnion(_ other: Reach) {
        isNetwork = isNetwork || other.isNetwork
        isRegion = isRegion || other.isRegion
        // Enough to tell one from several; doubling along a chain of parents must not overflow.
        stores = min(stores + other.stores, 2)
    }
}

extension SchemaSource {
    func checkScopes() throws(SchemaError) {
        let reaches = try reaches()
        for (source, reach) in zip(tables, reaches) {
            let table = source.table
            if reach.isHubOnly, table.writer != .hub {
                throw source.words.refusal(
                    at: "writer",
                    "rows of scope hub reach no store, so only the hub can write them",
                    cure: "write writer: hub, or another scope"
                )
            }
            for (number, column) in table.columns.enumerated() {
                try checkColumn(column, number, of: source, reach)
            }
            if reach.isPartial, table.writer != .hub { try source.checkKeyIsApart(from: table.scopeColumns) }
        }
    }

    private func checkColumn(
        _ column: Column,
        _ number: Int,
        of source: TableSource,
        _ reach: Reach
    ) throws(SchemaError) {
        if reach.isHubOnly, let writer = column.writer, writer != .hub {
            throw source.place(of: "writer", in: number).refusal(
                "rows of scope hub reach no store, so only the hub can write them",
                cure: "leave writer out"
            )
        }
        guard case .escrow(let escrow) = column.merge else { return }
        if escrow.mint == nil, reach.isNetwork || reach.isRegion || reach.isHubOnly {
            throw source.place(of: "merge", in: number).refusal(
                "only the store of a row may raise its escrow column, and these rows belong to no one store",
                cure: "write mint: hub, or mint: {store: COLUMN}"
            )
        }
        if escrow.hubSharePercent != nil, !reach.isOneStore {
            throw source.place(of: "share", in: number).refusal(
                "share parts the units between the hub and the one store of a row, and these rows have not one store",
                cure: "leave share out, and move rights by linli_grant"
            )
        }
    }

    /// Per table; parents are followed, so this is where they are found missing, unfit or in a circle.
    private func reaches() throws(SchemaError) -> [Reach] {
        var graph = Digraph(nodes: tables.count)
        for (number, source) in tables.enumerated() {
            for case .parent(let name, let by) in source.table.scopes {
                graph.connect(number, to: try parent(name, by: by, of: source))
            }
        }
        switch graph.order() {
        case .cycle(let circle):
            throw tables[circle[0]].words.refusal(
                at: "scope",
                "the parents run in a circle: \(circle.map { tables[$0].table.name }.joined(separator: " → "))",
                cure: "give one of them a scope of its own"
            )
        case .acyclic(let order):
            var reaches = Array(repeating: Reach(), count: tables.count)
            for number in order {
                for scope in tables[number].table.scopes { reaches[number].formUnion(reach(of: scope, reaches)) }
            }
            return reaches
        }
    }

    private func reach(of scope: Scope, _ reaches: [Reach]) -> Reach {
        switch scope {
        case .network: Reach(isNetwork: true)
        case .hub: Reach()
        case .region: Reach(isRegion: true)
        case .store: Reach(stores: 1)
        case .parent(let name, _): number(of: name).map { reaches[$0] } ?? Reach()
        }
    }

    private func parent(_ name: String, by column: Int, of source: TableSource) throws(SchemaError) -> Int {
        let place = source.words.place(of: "scope")
        guard let number = number(of: name) else {
            throw place.refusal(
                "scope: there is no table \(shown(name))",
                cure: choice(name, of: tables.map(\.table.name))
            )
        }
        let parent = tables[number].table
        guard parent.key.count == 1, let key = parent.key.first else {
            throw place.refusal(
                "scope: the key of \(name) has \(parent.key.count) columns, and one column cannot name its row",
                cure: "write the scope of \(name) here too, or give \(name) a key of one column"
            )
        }
        let by = source.table.columns[column]
        let needed: ColumnType = parent.columns[key].type == .id ? .text : parent.columns[key].type
        guard by.type == needed else {
            throw place.refusal(
                "scope: \(by.name) is \(by.type.rawValue), and the key of \(name) is \(parent.columns[key].type.rawValue)",
                cure: "write type: \(needed.rawValue) in \(by.name)"
            )
        }
        return number
    }
}

extension Table {
    /// The columns that say who receives a row, in the order of the scopes.
    var scopeColumns: [Int] {
        scopes.compactMap { scope in
            switch scope {
            case .network, .hub: nil
            case .region(let column), .store(let column), .parent(_, let column): column
            }
        }
    }
}
