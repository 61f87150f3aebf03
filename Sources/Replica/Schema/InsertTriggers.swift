import ChangeLog
import NetworkSchema

extension TableTriggers {
    var insert: [Trigger] {
        let permission = rules.permission(table.table.writer, of: table, row: .new)
        if case .never(let why) = permission {
            let refusal = Refusal.notYours(table: name, column: nil).raise(why)
            return [trigger("insert", "BEFORE INSERT", ["SELECT \(refusal)"])]
        }
        return [capturedInsert(permission), replacement, guardedInsert]
    }

    /// What a constraint of the table would refuse in its own words, or an outer OR IGNORE would skip; and REPLACE.
    ///
    /// REPLACE over a row fires no delete trigger by itself. The guard finds out whether the INSERT at work is a
    /// REPLACE by trying INSERT OR IGNORE into a table whose one row is there: that changes it only when the outer OR
    /// REPLACE reaches in. Then it deletes the old row by an ordinary DELETE, so that REPLACE is always delete and
    /// insert, whatever `recursive_triggers` says.
    ///
    /// The guard only asks; what there is to do in the rare case stands in a trigger of a view of its own
    /// (`linli_guarded_TABLE`), because SQLite makes room for all statements of a trigger whenever it fires: that alone
    /// was a tenth of a captured insert.
    private var guardedInsert: Trigger {
        let columns = guardedColumns.joined(separator: ", ")
        let values = guardedColumns.map { "NEW.\($0)" }.joined(separator: ", ")
        let when = ([exists] + insertChecks.map(\.condition)).joined(separator: " OR ")
        let body = "INSERT INTO \(SQLName.quoted(guardedView)) (\(columns)) VALUES (\(values))"
        return trigger("replace", "BEFORE INSERT", when: when, [body])
    }

    private var exists: String { "EXISTS (SELECT 1 FROM \(table.name) WHERE \(keyIs("NEW")))" }

    private var guardedView: String { "linli_guarded_\(name)" }

    /// What the guard hands on: the key, and what it has to say something about.
    private var guardedColumns: [String] {
        let asked = Set(insertChecks.map(\.column) + table.table.key.map { table.table.columns[$0].name })
        return table.table.columns.map(\.name).filter(asked.contains).map(SQLName.quoted)
    }

    /// The view that the guard inserts into, where there is a guard.
    var guardView: NamedSQL? {
        if case .never = rules.permission(table.table.writer, of: table, row: .new) { return nil }
        let columns = guardedColumns.joined(separator: ", ")
        return NamedSQL(
            name: guardedView,
            sql: "CREATE VIEW \(SQLName.quoted(guardedView)) AS SELECT \(columns) FROM \(table.name)"
        )
    }

    private var replacement: Trigger {
        let isReplace = "(SELECT found FROM linli_replace WHERE one = 1)"
        var refusals = Refusals()
        for ask in insertChecks { refusals.add(ask.condition, ask.refusal, ask.why) }
        var body = refusals.statements
        body.append("INSERT OR IGNORE INTO linli_replace(one, found) SELECT 1, 1 WHERE \(exists)")
        if table.table.isImmutable {
            body.append(
                "SELECT \(Refusal.immutable(table: name).raise("rows are only inserted, never replaced")) "
                    + "WHERE \(isReplace)"
            )
        } else {
            body.append("DELETE FROM \(table.name) WHERE \(keyIs("NEW")) AND \(isReplace)")
        }
        body.append("UPDATE linli_replace SET found = 0 WHERE one = 1 AND found")
        return Trigger("replacement", "INSTEAD OF INSERT", on: guardedView, named: name, body)
    }

    private struct Ask {
        let column: String
        let condition: String
        let refusal: Refusal
        let why: String
    }

    private var insertChecks: [Ask] {
        var asks: [Ask] = []
        for place in table.table.key where table.table.columns[place].type != .id {
            let key = table.table.columns[place].name
            asks.append(
                Ask(
                    column: key,
                    condition: "NEW.\(SQLName.quoted(key)) IS NULL",
                    refusal: .key(table: name),
                    why: "a key column must not be NULL"
                )
            )
        }
        for column in table.table.columns where column.generated == nil {
            let value = "NEW.\(SQLName.quoted(column.name))"
            let refusal = Refusal.check(table: name, column: column.name)
            func ask(_ condition: String, _ why: String) {
                asks.append(Ask(column: column.name, condition: condition, refusal: refusal, why: why))
            }
            if column.isRequired, column.type != .id, !column.merge.isCounter {
                ask("\(value) IS NULL", "it must not be NULL")
            }
            if column.type == .boolean {
                ask("\(value) NOT IN (0, 1)", "it is 0 or 1")
            }
            if let check = column.check {
                ask(fails(check, column, of: "NEW"), check)
            }
        }
        return asks
    }

    private func capturedInsert(_ permission: Permission) -> Trigger {
        var refusals = Refusals()
        if let denial = permission.denial {
            refusals.add(denial.condition, .notYours(table: name, column: nil), denial.why)
        }
        addKeyRefusals(to: &refusals)
        addColumnRefusals(to: &refusals)
        addLengthRefusals(to: &refusals, columns: longColumns)
        var body = refusals.statements
        if !table.escrow.isEmpty {
            let units = table.escrow.map { cell in
                "NEW.\(table.cells[cell]) - \(SQLNumber.text(table.escrowTerms(ofCell: cell)?.floor ?? 0))"
            }
            let cells = table.escrow.map { table.cells[$0] }
            body.append(
                "INSERT INTO \(table.internalTable("held")) (\((table.key + cells).joined(separator: ", "))) "
                    + "VALUES (\(keyValues("NEW")), \(units.joined(separator: ", "))) ON CONFLICT DO UPDATE SET "
                    + cells.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
            )
        }
        let mask = "\(CaptureRow.insertMask)"
        body.append(capture("NEW", mask: mask, deltas: table.counters.map { "NEW.\(table.cells[$0])" }))
        return trigger("insert", "AFTER INSERT", body)
    }

    /// A NUL would cut the key short in JSON. (Bytes are searched faster than characters: 0.15 µs of an insert's 2.7.)
    private func addKeyRefusals(to refusals: inout Refusals) {
        for place in table.table.key where table.table.columns[place].cellType == .text {
            let value = "NEW.\(SQLName.quoted(table.table.columns[place].name))"
            refusals.add(
                "instr(CAST(\(value) AS BLOB), x'00')",
                .key(table: name),
                "a key must not contain a NUL character"
            )
        }
    }

    private func addColumnRefusals(to refusals: inout Refusals) {
        for (cell, column) in columns.enumerated() {
            let value = "NEW.\(table.cells[cell])"
            if let writer = column.writer,
                let denial = rules.permission(writer, of: table, row: .new).denial, column.type != .id
            {
                refusals.add(
                    "\(value) IS NOT \(column.defaultSQL) AND \(denial.condition)",
                    .notYours(table: name, column: column.name),
                    denial.why
                )
            }
            guard column.merge.isCounter else { continue }
            refusals.add(
                CounterBounds.isOutside(value),
                .check(table: name, column: column.name),
                CounterBounds.why
            )
            guard case .escrow(let terms) = column.merge else { continue }
            let floor = SQLNumber.text(terms.floor)
            refusals.add(
                "\(value) < \(floor)",
                .noRights(table: name, column: column.name),
                "it begins below its floor"
            )
            if let denial = rules.mayMint(terms, of: table, row: .new).denial {
                refusals.add(
                    "\(value) > \(floor) AND \(value) IS NOT \(column.defaultSQL) AND \(denial.condition)",
                    .notYours(table: name, column: column.name),
                    "this node may not raise it"
                )
            }
        }
    }

    func addLengthRefusals(to refusals: inout Refusals, columns: [Column]) {
        let bound = CellBounds.bytesMax(of: table)
        for column in columns {
            refusals.add(
                "length(CAST(NEW.\(SQLName.quoted(column.name)) AS BLOB)) > \(bound)",
                .check(table: name, column: column.name),
                "it is longer than \(bound) bytes"
            )
        }
    }
}

/// Counters stay exact in JSON and in every language of a client, and a difference of two never leaves 64 bits.
enum CounterBounds {
    static let why = "it is an integer within 2^53"

    static func isOutside(_ value: String) -> String {
        let most = SchemaLimits.unitsMax
        return "(\(value) IS NULL OR \(value) NOT BETWEEN (-\(most)) AND \(most))"
    }
}

/// How long one text or blob may be.
///
/// A frame holds any row: the cells of one row are at most `rowBytesMax` together. A bound on their sum would not
/// survive a merge (two rows within it, written column by column at two nodes, make one beyond it), so each cell has
/// its equal part, and every merge of valid rows is valid.
public enum CellBounds {
    public static let rowBytesMax = 1024 * 1024

    /// Bytes of one text or blob, key or value, in this table.
    public static func bytesMax(of table: TablePlan) -> Int {
        let cells = (table.shape.key + table.shape.values).filter { $0 == .text || $0 == .blob }.count
        return rowBytesMax / max(cells, 1)
    }
}

enum SQLNumber {
    /// An integer literal, in brackets when negative.
    static func text(_ number: Int64) -> String { number < 0 ? "(\(number))" : String(number) }
}
