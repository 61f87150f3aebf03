import NetworkSchema

/// SQL that tells whether a row stands in the scope of one store.
struct ScopeCondition {
    enum Answer: Hashable {
        case always
        case never
        /// When this SQL is true; it is never NULL.
        case when(String)
        /// Nobody here can tell.
        case unknown
    }

    let plan: SchemaPlan
    /// SQL of the store's name.
    let store: String
    /// SQL that is true when the store is of the region that this SQL names; nil when nobody here can tell.
    let isOfRegion: (String) -> String?
    /// SQL for a child whose parent is absent: the child's table, and the name of its row.
    let isOrphanInScope: (TablePlan, String) -> String

    /// - Parameter row: how the SQL names the row: `NEW`, `OLD`, or an alias.
    func answer(_ table: TablePlan, row: String) -> Answer { answer(table, row: row, depth: 0) }

    private func answer(_ table: TablePlan, row: String, depth: Int) -> Answer {
        var ways: [String] = []
        for scope in table.table.scopes {
            switch scope {
            case .network: return .always
            case .hub: break
            case .store(let column): ways.append("\(row).\(name(table, column)) IS \(store)")
            case .region(let column):
                guard let way = isOfRegion("\(row).\(name(table, column))") else { return .unknown }
                ways.append(way)
            case .parent(let parentName, let by):
                guard let parent = plan.table(named: parentName) else { break }
                let orphan = isOrphanInScope(table, row)
                let alias = "p\(depth)"
                let inner: String
                switch answer(parent, row: alias, depth: depth + 1) {
                case .unknown: return .unknown
                case .always where orphan == "1": return .always
                case .always: inner = "1"
                case .never: inner = "0"
                case .when(let condition): inner = condition
                }
                let match = "\(alias).\(parent.key[0]) = \(row).\(name(table, by))"
                ways.append("coalesce((SELECT \(inner) FROM \(parent.name) \(alias) WHERE \(match)), \(orphan))")
            }
        }
        ways.removeAll { $0 == "0" }
        return ways.isEmpty ? .never : .when(ways.joined(separator: " OR "))
    }

    private func name(_ table: TablePlan, _ column: Int) -> String {
        SQLName.quoted(table.table.columns[column].name)
    }
}
