/// What an effect's statement does to which table, as far as a schema must know it.
///
///     INSERT INTO table (columns) … [ON CONFLICT … DO UPDATE SET assignments]
///     UPDATE table SET assignments [FROM …] WHERE …
///     DELETE FROM table WHERE …
///
/// Refused: what SQLite does not take in a trigger (WITH, ORDER BY, LIMIT, RETURNING, DEFAULT VALUES, a qualified
/// table), what an outer statement would override (OR …), and what is a slip nearly always (no WHERE, no columns).
struct EffectStatement: Hashable, Sendable {
    enum Verb: String, Hashable, Sendable {
        case insert = "INSERT"
        case update = "UPDATE"
        case delete = "DELETE"
    }

    let sql: SQLText
    let verb: Verb
    let table: String
    /// INSERT: the columns that it gives; else empty.
    let inserted: [String]
    /// UPDATE and the DO UPDATE of an INSERT: the columns that it sets; else empty.
    let updated: [String]

    init(_ sql: SQLText) throws(SQLFault) {
        self.sql = sql
        var reader = SQLReader(sql)
        switch sql.token(0)?.text {
        case "insert" where sql.tokens[0].kind == .word:
            verb = .insert
            reader.skip(1)
            try reader.refuseConflictClause()
            try reader.expect("into")
            table = try reader.tableName()
            inserted = try reader.insertedColumns()
            var updated: [String] = []
            while reader.seek("set", after: ["do", "update"]) { updated += try reader.assignedColumns() }
            self.updated = updated
        case "update" where sql.tokens[0].kind == .word:
            verb = .update
            reader.skip(1)
            try reader.refuseConflictClause()
            table = try reader.tableName()
            try reader.expect("set")
            inserted = []
            updated = try reader.assignedColumns()
        case "delete" where sql.tokens[0].kind == .word:
            verb = .delete
            reader.skip(1)
            try reader.expect("from")
            table = try reader.tableName()
            inserted = []
            updated = []
        default:
            throw Self.notAStatement(sql)
        }
        try Self.refuseOuterWords(sql, verb, table)
    }

    private static func notAStatement(_ sql: SQLText) -> SQLFault {
        switch sql.tokens.first?.name {
        case "replace":
            SQLFault(
                what: "REPLACE deletes a row and its counters",
                cure: "write INSERT INTO … ON CONFLICT (key) DO UPDATE SET …"
            )
        case "with":
            SQLFault(what: "SQLite takes no WITH in a trigger", cure: "write the query into the statement")
        case "select", "values":
            SQLFault(what: "a query changes nothing", cure: "write one INSERT, UPDATE or DELETE")
        default:
            SQLFault(
                what: "\(shown(sql.tokens.first?.text ?? "")) begins no effect",
                cure: "write one INSERT, UPDATE or DELETE"
            )
        }
    }

    private static func refuseOuterWords(_ sql: SQLText, _ verb: Verb, _ table: String) throws(SQLFault) {
        if sql.hasOuterWord("returning") {
            throw SQLFault(what: "nobody reads what an effect returns", cure: "leave RETURNING out")
        }
        guard verb != .insert else { return }
        for word in ["order", "limit", "indexed"] where sql.hasOuterWord(word) {
            throw SQLFault(
                what: "SQLite takes no \(word.uppercased()) in a trigger's \(verb.rawValue)",
                cure: "choose the rows in WHERE"
            )
        }
        guard sql.hasOuterWord("where") else {
            throw SQLFault(what: "without WHERE it meets every row of \(table)", cure: "write WHERE key = NEW.COLUMN")
        }
    }
}
