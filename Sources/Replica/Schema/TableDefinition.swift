import ChangeLog
import NetworkSchema

/// The SQL of a replicated table itself: `STRICT, WITHOUT ROWID`, its columns and its indexes.
///
/// A rowid table has holes that no trigger sees (an UPDATE OR REPLACE of the rowid, a blob handle). NOT NULL and CHECK
/// stand here for writes that pass no trigger: the hub's merge of what others sent. An application meets the triggers'
/// refusals first, which no OR clause softens. Counters have neither, because an outer OR IGNORE reaches into an
/// effect and would skip it without a word; a trigger keeps them NOT NULL and within bounds.
struct TableDefinition {
    let plan: TablePlan

    /// Now, in milliseconds since 1970 UTC, rounded: the Julian day in milliseconds, less that of 1970. (In this form it
    /// costs a captured insert 1 % less than with its operations in the order of the calendar.)
    static let now = "CAST(julianday() * 86400000.0 - 210866759999999.5 AS INTEGER)"

    /// Time-ordered and unique: 12 hexadecimal digits of milliseconds, then 80 random bits.
    static let id = "(printf('%012x', \(now)) || lower(hex(randomblob(10))))"

    var create: String {
        let columns = plan.table.columns.indices.map { "  \(column($0))" }
        let key = "  PRIMARY KEY (\(plan.key.joined(separator: ", ")))"
        return "CREATE TABLE \(plan.name) (\n\((columns + [key]).joined(separator: ",\n"))\n) STRICT, WITHOUT ROWID"
    }

    /// What a later schema version says to add this column.
    func add(column place: Int) -> String { "ALTER TABLE \(plan.name) ADD COLUMN \(column(place))" }

    /// Indexes that we need ourselves: children are looked up by their parent.
    var indexes: [NamedSQL] {
        var indexes: [NamedSQL] = []
        for (number, scope) in plan.table.scopes.enumerated() {
            guard case .parent(_, let by) = scope, plan.table.key.first != by else { continue }
            let name = "linli_by\(number)_\(plan.table.name)"
            let column = SQLName.quoted(plan.table.columns[by].name)
            indexes.append(
                NamedSQL(name: name, sql: "CREATE INDEX \(SQLName.quoted(name)) ON \(plan.name)(\(column))")
            )
        }
        return indexes
    }

    /// SQL types of the key columns, for our own tables that have the same key: `"k" TEXT NOT NULL, …`.
    var keyColumns: String {
        plan.table.key.map { place in
            let column = plan.table.columns[place]
            return "\(SQLName.quoted(column.name)) \(column.type.sqlType) NOT NULL"
        }.joined(separator: ", ")
    }

    private func column(_ place: Int) -> String {
        let column = plan.table.columns[place]
        var sql = "\(SQLName.quoted(column.name)) \(column.type.sqlType)"
        if let generated = column.generated { return sql + " GENERATED ALWAYS AS (\(generated)) VIRTUAL" }
        if column.type == .id {
            sql += " NOT NULL ON CONFLICT REPLACE DEFAULT \(Self.id)"
        } else if column.merge.isCounter {
            sql += " DEFAULT \(column.defaultSQL)"
        } else {
            if plan.table.key.contains(place) || column.isRequired { sql += " NOT NULL" }
            if column.defaultValue != nil { sql += " DEFAULT \(column.defaultSQL)" }
        }
        if column.type == .boolean { sql += " CHECK (\(SQLName.quoted(column.name)) IN (0, 1))" }
        if let check = column.check { sql += " CHECK (\(check))" }
        return sql
    }
}

/// An object of `sqlite_schema` that we make: its name, and its SQL as SQLite keeps it.
struct NamedSQL: Hashable {
    let name: String
    let sql: String
}

struct NamedTrigger: Hashable {
    let name: String
    /// The table or view on which it stands.
    let table: String
    let sql: String
}

extension ColumnType {
    var sqlType: String {
        switch self {
        case .text, .id: "TEXT"
        case .integer, .boolean, .time: "INTEGER"
        case .blob: "BLOB"
        }
    }
}

extension Column {
    /// The value that an INSERT which does not name the column gives it, as SQL; NULL for an `id`.
    var defaultSQL: String {
        switch defaultValue {
        case .integer(let number): number < 0 ? "(\(number))" : String(number)
        case .text(let text): SQLName.literal(text)
        case .none: merge.isCounter ? "0" : "NULL"
        }
    }
}
