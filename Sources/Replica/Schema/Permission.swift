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

    private func inScope(_ table: TablePlan, row: Row) -> Permission {
        let region = SQLName.literal(role.region)
        let scope = ScopeCondition(
            plan: plan,
            store: SQLName.literal(role.node.text),
            isOfRegion: { [role] in role.region.isEmpty ? "0" : "\($0) IS \(region)" },
            isOrphanInScope: { _, _ in row == .new ? "0" : "1" }
        )
        return switch scope.answer(table, row: row.rawValue) {
        case .always, .unknown: .always
        case .never: .never("its rows stay at the hub")
        case .when(let condition): .when(condition, "the row is not in the scope of \(role.node)")
        }
    }
}
