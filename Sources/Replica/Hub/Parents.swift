import ChangeLog
import NetworkSchema

/// What the hub knows of a row that others have their scope by.
enum ParentState: Hashable {
    case absent
    case dead(at: Int64)
    /// - Parameters:
    ///   - began: the site whose insert began the present life, as far as its clock still tells.
    case alive(RowScopes, deletedAt: Int64, began: Int64)
}

/// Where a new row comes to stand.
enum Landing {
    case scopes(RowScopes)
    /// A parent is absent: the row stays with its writer until the parent comes.
    case orphan(of: RowKey, RowScopes)
    /// Its parent was deleted, and the writer had not seen it: so is the row.
    case deleted
}

extension HubWriter {
    /// Where a row of these values belongs.
    ///
    /// - Parameters:
    ///   - site: the writer, with whom a child without a parent stays.
    ///   - base: what the writer had seen.
    func landing(
        _ table: HubTable,
        _ key: [Value],
        _ values: [Value],
        site: HubSite,
        base: Int64
    ) throws(ReplicaError) -> Landing {
        var scopes = RowScopes.hub
        var absent: RowKey?
        for source in table.sources.sources {
            switch source {
            case .network: scopes.insert(HubScope.networkID)
            case .store(let place):
                if case .text(let name) = place.value(key: key, values: values) {
                    scopes.insert(try self.scopes.store(name).id)
                }
            case .region(let place):
                if case .text(let name) = place.value(key: key, values: values), !name.isEmpty {
                    scopes.insert(try self.scopes.region(name).id)
                }
            case .parent(let number, let place):
                let name = place.value(key: key, values: values)
                guard !name.isNull else { continue }
                let row = RowKey(table: number, key: [name])
                switch try parent(row, key: name) {
                case .absent:
                    if mayBeForgotten(site, base: base) { return .deleted }
                    absent = row
                case .dead(let position):
                    if position > base, !mistakes.contains(.keepChildren) { return .deleted }
                    absent = row
                case .alive(let theirs, let deletedAt, let began):
                    if deletedAt > base, began != site.id { return .deleted }
                    scopes.formUnion(theirs)
                }
            }
        }
        guard let absent else { return .scopes(scopes) }
        if !site.isHub { scopes.insert(site.scopes.store) }
        return .orphan(of: absent, scopes)
    }

    /// Whether the writer may have seen rows whose tombstones are gone: its replica was copied or set back since, so that
    /// they were not kept for it, or the horizon has passed it. A parent that is absent was deleted, then: whoever sees a
    /// parent, and has everything since, has it in its own changesets or the hub has.
    private func mayBeForgotten(_ site: HubSite, base: Int64) -> Bool {
        guard !site.isHub, base < collected, !mistakes.contains(.keepChildren) else { return false }
        return base > 0 || sites.hasSeveral(of: site)
    }

    func parent(_ row: RowKey, key: Value) throws(ReplicaError) -> ParentState {
        if let lastParent, lastParent.row == row { return lastParent.state }
        let table = tables[row.table]
        let state: ParentState
        if let stored = try table.rows.loadMeta([key]) {
            state =
                stored.isAlive
                ? .alive(try scopes(of: row, stored, table), deletedAt: stored.deletedAt, began: stored.site)
                : .dead(at: stored.deletedAt)
        } else {
            state = .absent
        }
        lastParent = (row, state)
        return state
    }

    /// All scopes of a row.
    func scopes(of row: @autoclosure () -> RowKey, _ meta: RowMeta, _ table: HubTable) throws(ReplicaError) -> RowScopes
    {
        var scopes = RowScopes(first: meta.scope)
        guard table.sources.maySpread else { return scopes }
        for entry in try feed.entries(of: row()) where entry.kind == .row { scopes.insert(entry.scope) }
        return scopes
    }

    /// The rows that have their scope by this one, as they stand in the tables, by table in order of key.
    func children(of table: HubTable, key: [Value]) throws(ReplicaError) -> [(table: HubTable, key: [Value])] {
        var found: [(table: HubTable, key: [Value])] = []
        guard let key = key.first else { return found }
        for child in table.children {
            let children = tables[child.table]
            let by = SQLName.quoted(children.plan.table.columns[child.by].name)
            let rows = try sql.statement(
                "SELECT \(children.plan.key.joined(separator: ", ")) FROM \(children.plan.name) WHERE \(by) = ?1"
            )
            rows.bind(1, key)
            while try rows.step() { found.append((children, rows.values(from: 0, count: children.plan.key.count))) }
        }
        return found
    }
}
