import ChangeLog
import NetworkSchema

/// Whether this node may write something of a row, as far as SQL can tell.
enum Permission: Hashable {
    case always
    /// Never, whatever the row; and why.
    case never(String)
    /// When this SQL over the row is true; else why not.
    case when(String, String)

    /// The SQL that is true when the write must be refused, and why; nil when it never is.
    var denial: (condition: String, why: String)? {
        switch self {
        case .always: nil
        case .never(let why): ("1", why)
        case .when(let condition, let why): ("NOT coalesce(\(condition), 0)", why)
        }
    }
}

/// Who may write what, as SQL of one node's triggers. The node's name and region stand in it as literals.
struct WriteRules {
    let plan: SchemaPlan
    let role: NodeRole

    /// The row that a trigger judges.
    enum Row: String {
        /// An insert: a child needs its parent here, to show whose it is.
        case new = "NEW"
        /// An update or a delete: a child without its parent here belongs to whoever has it.
        case old = "OLD"
    }

    func permission(_ writer: Writer, of table: TablePlan, row: Row) -> Permission {
        switch (role, writer) {
        case (.hub, .hub), (.hub, .any): return .always
        case (.hub, .store), (.hub, .storeNamed): return .never("only the store of the row writes it")
        case (.store, .hub): return .never("only the hub writes it")
        case (.store, .store), (.store, .any): return inScope(table, row: row)
        case (.store(let name, _), .storeNamed(let column)):
            let named = table.table.columns[column].name
            let mine = "\(row.rawValue).\(SQLName.quoted(named)) IS \(SQLName.literal(name.text))"
            let why = "only the store named by \(named) writes it"
            switch inScope(table, row: row) {
            case .always: return .when(mine, why)
            case .never(let reason): return .never(reason)
            case .when(let scope, _): return .when("\(mine) AND (\(scope))", why)
            }
        }
    }

    /// Who may raise an escrow column.
    func mayMint(_ escrow: Escrow, of table: TablePlan, row: Row) -> Permission {
        permission(escrow.mint ?? .store, of: table, row: row)
    }

    /// Whether a row stands in this store's scope.
    private func inScope(_ table: TablePlan, row: Row) -> Permission {
        guard let condition = scope(of: table, row: row.rawValue, isParentNeeded: row == .new, depth: 0) else {
            return .always
        }
        if condition == "0" { return .never("its rows stay at the hub") }
        return .when(condition, "the row is not in the scope of \(role.node)")
    }

    /// SQL that is true for a row in this store's scope; nil when every row is.
    private func scope(of table: TablePlan, row: String, isParentNeeded: Bool, depth: Int) -> String? {
        var ways: [String] = []
        for scope in table.table.scopes {
            switch scope {
            case .network: return nil
            case .hub: break
            case .store(let column):
                ways.append("\(row).\(columnName(table, column)) IS \(SQLName.literal(role.node.text))")
            case .region(let column):
                guard !role.region.isEmpty else { break }
                ways.append("\(row).\(columnName(table, column)) IS \(SQLName.literal(role.region))")
            case .parent(let name, let by):
                guard let parent = plan.table(named: name) else { break }
                let alias = "p\(depth)"
                let inner = self.scope(of: parent, row: alias, isParentNeeded: isParentNeeded, depth: depth + 1)
                guard inner != nil || isParentNeeded else { return nil }
                let found =
                    "(SELECT \(inner ?? "1") FROM \(parent.name) \(alias) "
                    + "WHERE \(alias).\(parent.key[0]) = \(row).\(columnName(table, by)))"
                ways.append(isParentNeeded ? "coalesce(\(found), 0)" : "coalesce(\(found), 1)")
            }
        }
        return ways.isEmpty ? "0" : ways.joined(separator: " OR ")
    }

    private func columnName(_ table: TablePlan, _ column: Int) -> String {
        SQLName.quoted(table.table.columns[column].name)
    }
}
