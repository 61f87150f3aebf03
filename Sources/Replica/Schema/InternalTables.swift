import ChangeLog
import NetworkSchema

/// The `linli_*` tables and views that stand beside the schema's own, all STRICT. What only a hub has is in
/// `HubTables`.
///
/// `linli_capture` has no NOT NULL and no CHECK: an outer OR clause of the application's statement reaches into the
/// triggers, and would skip the captured row without a word. A row of it is one of:
///
///     tbl >= 0   a changed row of that table: mask has a bit for each value cell that changed, -1 for an insert,
///                -2 for a delete; k0.. is the key, dj the delta of the j-th counter of the table
///     tbl  = -1  an effect begins: mask is the table of the cause, k0.. its key
///     tbl  = -2  an effect ends
///     tbl  = -3  a grant: mask is table * 64 + value cell, k0.. the key, d0 the units, note the receiver
struct InternalTables {
    let plan: SchemaPlan
    let role: NodeRole

    /// In creation order.
    var tables: [NamedSQL] {
        var tables = common
        for table in plan.tables where !table.escrow.isEmpty { tables += rights(of: table) }
        if !role.isHub { tables += store }
        return tables
    }

    var views: [NamedSQL] { [node, rightsView] }

    /// Rows without which nothing else works; repeating them changes nothing.
    var seeds: [String] {
        [
            "INSERT OR IGNORE INTO linli_replace(one, found) VALUES (1, 0)",
            "INSERT OR IGNORE INTO linli_restore(one, active) VALUES (1, 0)",
        ]
    }

    static func keyColumn(_ number: Int) -> String { "k\(number)" }
    static func deltaColumn(_ number: Int) -> String { "d\(number)" }

    private var common: [NamedSQL] {
        let keys = (0..<plan.keyCellsMax).map { ", \(Self.keyColumn($0)) ANY" }.joined()
        let deltas = (0..<plan.counterCellsMax).map { ", \(Self.deltaColumn($0)) INTEGER" }.joined()
        return [
            table("linli_setting", "name TEXT PRIMARY KEY, value ANY", isKeyed: true),
            table("linli_schema", "version INTEGER PRIMARY KEY, document TEXT NOT NULL, received_at INTEGER NOT NULL"),
            table(
                "linli_capture",
                "seq INTEGER PRIMARY KEY, tbl INTEGER, mask INTEGER, at INTEGER, note TEXT\(keys)\(deltas)"
            ),
            // One row each, for triggers: whether the INSERT at work is a REPLACE, and whether the UPDATE at work puts
            // back the value of a column that kept it.
            table("linli_replace", "one INTEGER PRIMARY KEY, found INTEGER"),
            table("linli_restore", "one INTEGER PRIMARY KEY, active INTEGER"),
            table(
                "linli_grant",
                "\"table\" TEXT, \"key\" TEXT, \"column\" TEXT, \"to\" TEXT, units INTEGER, "
                    + "at INTEGER DEFAULT (\(TableDefinition.now))"
            ),
            table(
                "linli_conflict",
                "id INTEGER PRIMARY KEY, \"table\" TEXT, \"key\" TEXT, \"column\" TEXT, kept TEXT, kept_by TEXT, "
                    + "lost TEXT, lost_by TEXT, lost_at INTEGER, noticed_at INTEGER, settled_at INTEGER, "
                    + "settled_by TEXT, settled_how TEXT"
            ),
            table(
                "linli_quarantine",
                "id INTEGER PRIMARY KEY, store TEXT, \"table\" TEXT, \"key\" TEXT, reason TEXT, change TEXT, "
                    + "refused_at INTEGER, settled_at INTEGER, settled_by TEXT, settled_how TEXT, rests_on INTEGER"
            ),
        ]
    }

    /// Lives that cannot be told from the row's presence: dead rows, and lives above 1.
    private var store: [NamedSQL] {
        [
            table(
                "linli_life",
                "tbl INTEGER NOT NULL, key BLOB NOT NULL, life INTEGER NOT NULL, PRIMARY KEY (tbl, key)",
                isKeyed: true
            )
        ]
    }

    private func rights(of table: TablePlan) -> [NamedSQL] {
        let keys = TableDefinition(plan: table).keyColumns
        let units = table.escrow.map { ", \(table.cells[$0]) INTEGER NOT NULL DEFAULT 0" }.joined()
        let key = table.key.joined(separator: ", ")
        return [
            self.table("linli_held_\(table.table.name)", "\(keys)\(units), PRIMARY KEY (\(key))", isKeyed: true),
            self.table(
                "linli_others_\(table.table.name)",
                "\(keys), \"column\" TEXT NOT NULL, node TEXT NOT NULL, units INTEGER NOT NULL, "
                    + "PRIMARY KEY (\(key), \"column\", node)",
                isKeyed: true
            ),
        ]
    }

    private var node: NamedSQL {
        let values = ["node", "site", "role"].map { "(SELECT value FROM linli_setting WHERE name = '\($0)') AS \($0)" }
        return NamedSQL(name: "linli_node", sql: "CREATE VIEW linli_node AS SELECT \(values.joined(separator: ", "))")
    }

    private var rightsView: NamedSQL {
        var parts = [
            "SELECT '' AS \"table\", '' AS \"key\", '' AS \"column\", '' AS node, 0 AS units WHERE 0"
        ]
        for table in plan.tables where !table.escrow.isEmpty {
            let name = SQLName.literal(table.table.name)
            let key = "json_array(\(table.key.joined(separator: ", ")))"
            for cell in table.escrow {
                let column = SQLName.literal(table.column(ofCell: cell).name)
                parts.append(
                    "SELECT \(name), \(key), \(column), \(SQLName.literal(role.node.text)), \(table.cells[cell]) "
                        + "FROM \(table.internalTable("held"))"
                )
            }
            parts.append("SELECT \(name), \(key), \"column\", node, units FROM \(table.internalTable("others"))")
        }
        return NamedSQL(
            name: "linli_rights",
            sql: "CREATE VIEW linli_rights AS \(parts.joined(separator: " UNION ALL "))"
        )
    }

    private func table(_ name: String, _ columns: String, isKeyed: Bool = false) -> NamedSQL {
        NamedSQL(
            name: name,
            sql: "CREATE TABLE \(SQLName.quoted(name)) (\(columns)) STRICT\(isKeyed ? ", WITHOUT ROWID" : "")"
        )
    }
}
