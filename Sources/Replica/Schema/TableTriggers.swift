import ChangeLog
import NetworkSchema

/// The triggers of one replicated table at one node, which run inside the application's own transaction and need no
/// extension. They do two things: refuse what this node may not write, and note down what it did write.
///
/// SQLite runs the triggers of one event in the reverse order of their creation, and ours rely on it (the tests see to
/// it): of a changed row, columns that keep their value are put back first, then the change is captured, then effects
/// run. Effects stand in triggers of their own, because a trigger that is at work does not fire again, and an effect on
/// its own table would go uncaptured.
struct TableTriggers {
    let plan: SchemaPlan
    let table: TablePlan
    let rules: WriteRules

    init(plan: SchemaPlan, table: TablePlan, role: NodeRole) {
        self.plan = plan
        self.table = table
        rules = WriteRules(plan: plan, role: role)
    }

    /// In creation order.
    var all: [Trigger] { effects + insert + update + delete }

    var name: String { table.table.name }

    /// The columns of the value cells.
    var columns: [Column] { table.cellColumns.map { table.table.columns[$0] } }

    /// Columns of key and value cells that hold texts or blobs, which have a bound.
    var longColumns: [Column] {
        table.table.columns.filter { $0.generated == nil && ($0.cellType == .text || $0.cellType == .blob) }
    }

    func trigger(_ kind: String, _ event: String, when: String? = nil, _ body: [String]) -> Trigger {
        Trigger(kind, event, on: name, when: when, body)
    }

    /// `T.k1 = ROW.k1 AND …`; in a trigger's body the bare name is the table's, never the row's.
    func keyIs(_ row: String, in other: String? = nil) -> String {
        table.key.map { "\(other.map { $0 + "." } ?? "")\($0) = \(row).\($0)" }.joined(separator: " AND ")
    }

    /// `ROW.k1, ROW.k2, …`
    func keyValues(_ row: String) -> String { table.key.map { "\(row).\($0)" }.joined(separator: ", ") }

    /// The row of the capture for a changed row.
    func capture(_ row: String, mask: String, deltas: [String] = []) -> String {
        CaptureRow.insert(table: "\(table.number)", mask: mask, keyValues(row), keys: table.key.count, deltas: deltas)
    }

    /// True when a check of the schema fails for the row: its expression names the bare column.
    func fails(_ check: String, _ column: Column, of row: String) -> String {
        let own = SQLNames.replace(in: check) { found in
            guard !found.isCalled, found.qualifier == nil, SQLNames.areEqual(found.name, column.name) else {
                return nil
            }
            return "\(row).\(SQLName.quoted(column.name))"
        }
        return "NOT (\(own))"
    }
}

/// The SQL that appends one row to `linli_capture`.
enum CaptureRow {
    /// What the mask of an inserted row says, and of a deleted one: no set of cells, and one byte on disk. With a bit
    /// for each, the eight bytes cost 5 % of a captured insert.
    static let insertMask: Int64 = -1
    static let deleteMask: Int64 = -2

    /// What `tbl` says when the row is no changed row.
    static let effectBegins: Int64 = -1
    static let effectEnds: Int64 = -2
    static let grant: Int64 = -3

    /// A grant's mask is its table times this, plus the value cell.
    static let grantCellsMax: Int64 = 64

    static func insert(table: String, mask: String, _ values: String, keys: Int, deltas: [String] = []) -> String {
        let names =
            (0..<keys).map { ", \(InternalTables.keyColumn($0))" }.joined()
            + deltas.indices.map { ", \(InternalTables.deltaColumn($0))" }.joined()
        let tail = deltas.map { ", \($0)" }.joined()
        return "INSERT INTO linli_capture(tbl, mask, at\(names)) "
            + "VALUES (\(table), \(mask), \(TableDefinition.now), \(values)\(tail))"
    }
}
