/// Ordinals through versions: what stood in the previous version keeps its number, what is new comes after it.
extension NetworkSchema {
    /// This schema with its tables, columns, effects, views and indexes in the order of `previous`, and new ones
    /// behind them in the document's order. Numbers inside (key, scopes, writers, groups, effects) follow their columns.
    ///
    /// Meant for a schema that `previous.checkSuccessor` accepts; what `previous` has and this one has not leaves no
    /// gap. The document stays as it is.
    public func ordered(like previous: NetworkSchema) -> NetworkSchema {
        var schema = self
        schema.tables = Self.ordered(tables, like: previous.tables, by: \.name).map { table in
            guard let old = previous.table(named: table.name)?.table else { return table }
            return table.ordered(like: old)
        }
        schema.views = Self.ordered(views, like: previous.views, by: \.name)
        schema.indexes = Self.ordered(indexes, like: previous.indexes, by: \.name)
        return schema
    }
}

extension Table {
    fileprivate func ordered(like previous: Table) -> Table {
        let columns = NetworkSchema.ordered(columns, like: previous.columns, by: \.name)
        let newNumbers = Dictionary(zip(columns.map(\.name), columns.indices), uniquingKeysWith: { first, _ in first })
        // Every name of `self.columns` is one of `columns`.
        let numbers = self.columns.enumerated().map { newNumbers[$1.name] ?? $0 }
        var table = self
        table.columns = columns.map { $0.renumbered(numbers) }
        table.key = key.map { numbers[$0] }
        table.scopes = orderedScopes(like: previous, numbers)
        table.writer = writer.renumbered(numbers)
        table.together = together.map { $0.map { numbers[$0] }.sorted() }
        table.effects = orderedEffects(like: previous, numbers)
        return table
    }

    private func orderedScopes(like previous: Table, _ numbers: [Int]) -> [Scope] {
        let own = scopes.map { $0.renumbered(numbers) }
        return previous.scopes.filter(own.contains) + own.filter { !previous.scopes.contains($0) }
    }

    /// Effects have no names; the same one is found by its event and its statement.
    private func orderedEffects(like previous: Table, _ numbers: [Int]) -> [Effect] {
        var rest = effects
        var kept: [Effect] = []
        for old in previous.effects.map({ NamedEffect($0, in: previous) }) {
            guard let match = rest.firstIndex(where: { old.isSame(as: NamedEffect($0, in: self)) }) else { continue }
            kept.append(rest.remove(at: match))
        }
        return (kept + rest).map { effect in
            guard case .set(let column) = effect.event else { return effect }
            var effect = effect
            effect.event = .set(column: numbers[column])
            return effect
        }
    }
}

extension NetworkSchema {
    fileprivate static func ordered<Part>(_ parts: [Part], like previous: [Part], by name: KeyPath<Part, String>)
        -> [Part]
    {
        let byName = Dictionary(parts.map { ($0[keyPath: name], $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(previous.map { $0[keyPath: name] })
        return previous.compactMap { byName[$0[keyPath: name]] } + parts.filter { !kept.contains($0[keyPath: name]) }
    }
}

extension Column {
    fileprivate func renumbered(_ numbers: [Int]) -> Column {
        var column = self
        column.writer = writer?.renumbered(numbers)
        if case .escrow(var escrow) = merge {
            escrow.mint = escrow.mint?.renumbered(numbers)
            escrow.hubShareColumn = escrow.hubShareColumn.map { numbers[$0] }
            column.merge = .escrow(escrow)
        }
        return column
    }
}

extension Writer {
    fileprivate func renumbered(_ numbers: [Int]) -> Writer {
        guard case .storeNamed(let column) = self else { return self }
        return .storeNamed(column: numbers[column])
    }
}

extension Scope {
    fileprivate func renumbered(_ numbers: [Int]) -> Scope {
        switch self {
        case .network, .hub: self
        case .region(let column): .region(column: numbers[column])
        case .store(let column): .store(column: numbers[column])
        case .parent(let table, let column): .parent(table: table, by: numbers[column])
        }
    }
}
