import ChangeLog
import NetworkSchema

/// The triggers of `linli_grant`, by whose INSERT this node passes rights on. A grant moves the units in the same
/// statement and is captured in its place among the other writes. It is a log: grants stand.
struct GrantTriggers {
    let plan: SchemaPlan
    let role: NodeRole

    var all: [Trigger] {
        ["UPDATE", "DELETE"].map { verb in
            let refusal = Refusal.immutable(table: Self.table).raise("a grant stands; let the receiver grant it back")
            return Trigger(verb.lowercased(), "BEFORE \(verb)", on: Self.table, ["SELECT \(refusal)"])
        } + [Trigger("insert", "AFTER INSERT", on: Self.table, insert)]
    }

    private static let table = "linli_grant"

    private var insert: [String] {
        let columns = plan.tables.flatMap { table in table.escrow.map { (table, $0) } }
        var body = general(columns).statements
        for (table, cell) in columns { body += grant(table, cell) }
        return body
    }

    private func general(_ columns: [(TablePlan, Int)]) -> Refusals {
        var refusals = Refusals()
        let named = columns.map { isNamed($0, $1) }.joined(separator: " OR ")
        refusals.add(
            named.isEmpty ? "1" : "NOT coalesce(\(named), 0)",
            .check(table: Self.table, column: "column"),
            "the table has no such escrow column"
        )
        refusals.add(
            "NEW.units IS NULL OR NEW.units <= 0",
            .check(table: Self.table, column: "units"),
            "units are more than none"
        )
        refusals.add(
            "NOT coalesce(json_valid(NEW.\"key\"), 0) OR json_type(NEW.\"key\") <> 'array'",
            .check(table: Self.table, column: "key"),
            "it is a JSON array of the values of the key"
        )
        refusals.add(
            "NOT coalesce(\(Self.isNodeName), 0) OR NEW.\"to\" = \(SQLName.literal(role.node.text))",
            .check(table: Self.table, column: "to"),
            "it names another node"
        )
        return refusals
    }

    /// The law of `NodeName`.
    private static let isNodeName =
        "(length(NEW.\"to\") BETWEEN 1 AND 63 AND NEW.\"to\" GLOB '[a-z0-9]*' "
        + "AND NOT NEW.\"to\" GLOB '*[^a-z0-9._-]*')"

    private func isNamed(_ table: TablePlan, _ cell: Int) -> String {
        let column = table.column(ofCell: cell).name
        return "(NEW.\"table\" = \(SQLName.literal(table.table.name)) AND NEW.\"column\" = \(SQLName.literal(column)))"
    }

    /// At a store the receiver has the units at once, as it sees them: nobody's total changes. The hub does so when it
    /// seals the grant.
    private func credit(_ table: TablePlan, _ column: String, isNamed: String, isRow: String) -> [String] {
        guard !role.isHub else { return [] }
        let key = table.key.joined(separator: ", ")
        return [
            "INSERT INTO \(table.internalTable("others")) (\(key), \"column\", node, units) SELECT \(key), "
                + "\(SQLName.literal(column)), NEW.\"to\", NEW.units FROM \(table.internalTable("held")) "
                + "WHERE \(isNamed) AND \(isRow) ON CONFLICT DO UPDATE SET units = units + excluded.units"
        ]
    }

    private func grant(_ table: TablePlan, _ cell: Int) -> [String] {
        let held = table.internalTable("held")
        let column = table.cells[cell]
        let name = table.column(ofCell: cell).name
        let isNamed = isNamed(table, cell)
        let key = table.key.enumerated().map { "\($1) = json_extract(NEW.\"key\", '$[\($0)]')" }
            .joined(separator: " AND ")
        let isRow = "json_array_length(NEW.\"key\") = \(table.key.count) AND \(key)"
        var refusals = Refusals()
        refusals.add(
            "coalesce((SELECT \(column) FROM \(held) WHERE \(isRow)), 0) < NEW.units",
            .noRights(table: table.table.name, column: name),
            "it is more than this node holds"
        )
        if let receives = receives(table) {
            refusals.add(
                "NEW.\"to\" <> 'hub' AND NOT coalesce((SELECT \(receives) FROM \(table.name) r WHERE \(isRow)), 0)",
                .check(table: Self.table, column: "to"),
                "it does not receive the row"
            )
        }
        let names = (0..<table.key.count).map { ", \(InternalTables.keyColumn($0))" }.joined()
        let mask = Int64(table.number) * CaptureRow.grantCellsMax + Int64(cell)
        return refusals.statements.map { "\($0) WHERE \(isNamed)" } + [
            "UPDATE \(held) SET \(column) = \(column) - NEW.units WHERE \(isNamed) AND \(isRow)"
        ] + credit(table, name, isNamed: isNamed, isRow: isRow) + [
            "INSERT INTO linli_capture(tbl, mask, at\(names), d0, note) SELECT \(CaptureRow.grant), \(mask), "
                + "\(TableDefinition.now), \(table.key.joined(separator: ", ")), NEW.units, NEW.\"to\" "
                + "FROM \(held) WHERE \(isNamed) AND \(isRow)"
        ]
    }

    /// SQL over the row `r` that is true when the store `NEW."to"` receives it; nil when nobody here can tell. A store
    /// knows neither the stores of its region nor those of the network, and leaves these to the hub.
    private func receives(_ table: TablePlan) -> String? {
        let known = "SELECT 1 FROM linli_store s WHERE s.store = NEW.\"to\""
        let scope = ScopeCondition(
            plan: plan,
            store: "NEW.\"to\"",
            isOfRegion: { [role] region in role.isHub ? "EXISTS (\(known) AND s.region = \(region))" : nil },
            isOrphanInScope: { _, _ in "0" }
        )
        switch scope.answer(table, row: "r") {
        case .never: return "0"
        case .when(let condition): return role.isHub ? "(\(condition)) AND EXISTS (\(known))" : condition
        case .always, .unknown: return role.isHub ? "EXISTS (\(known))" : nil
        }
    }
}
