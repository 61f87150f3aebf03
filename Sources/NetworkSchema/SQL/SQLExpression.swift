/// A SQL expression over one row: a check, or what a generated column holds.
///
/// Law: every name in it is a column of the row, and its value depends on the row alone: the same at every node, at
/// any time.
struct SQLExpression: Hashable, Sendable {
    /// The columns it names, in the order of first mention.
    let columns: [String]

    init(_ sql: SQLText, columns known: [String]) throws(SQLFault) {
        var columns: [String] = []
        for (index, token) in sql.tokens.enumerated() {
            try Self.refuseImpure(token, at: index, in: sql)
            guard let name = try Self.reference(token, at: index, in: sql, columns: known) else { continue }
            if !columns.contains(name) { columns.append(name) }
        }
        self.columns = columns
    }

    private static func reference(
        _ token: SQLToken,
        at index: Int,
        in sql: SQLText,
        columns: [String]
    ) throws(SQLFault) -> String? {
        guard let name = token.name else { return nil }
        if token.kind == .word {
            guard !keywords.contains(name), sql.token(index + 1)?.isSymbol("(") != true else { return nil }
            let before = sql.token(index - 1)
            if before?.isWord("as") == true || before?.isWord("collate") == true { return nil }
        }
        guard sql.token(index + 1)?.isSymbol(".") != true else {
            throw SQLFault(what: "\(name). reaches beyond the row's own columns", cure: "name the column alone")
        }
        if columns.contains(name) { return name }
        throw SQLFault(
            what: token.kind == .quotedName
                ? "there is no column \(shown(token.text)), and double quotes are for names"
                : "there is no column \(shown(name))",
            cure: token.kind == .quotedName
                ? "put texts in single quotes" : choice(name, of: columns, verb: "name")
        )
    }

    private static func refuseImpure(_ token: SQLToken, at index: Int, in sql: SQLText) throws(SQLFault) {
        guard token.kind == .word || token.kind == .text else { return }
        if token.isWord("select") {
            throw SQLFault(what: "a subquery looks at other rows", cure: "use this row's columns only")
        }
        let isCall = sql.token(index + 1)?.isSymbol("(") == true
        let isEmptyCall = isCall && sql.token(index + 2)?.isSymbol(")") == true
        let isImpure =
            switch token.kind {
            case .text: ["'now'", "'localtime'", "'utc'"].contains(token.text.lowercased())
            case .word where isCall:
                impureFunctions.contains(token.text) || isEmptyCall && clockFunctions.contains(token.text)
            default: ["current_time", "current_date", "current_timestamp"].contains(token.text)
            }
        guard isImpure else { return }
        throw SQLFault(
            what: "\(token.text) differs from node to node, or from moment to moment",
            cure: "let the application write the value into a column"
        )
    }

    private static let impureFunctions: Set = [
        "random", "randomblob", "changes", "total_changes", "last_insert_rowid", "sqlite_version", "sqlite_source_id",
    ]

    private static let clockFunctions: Set = ["date", "time", "datetime", "julianday", "unixepoch", "strftime"]

    /// Words of an expression that are no names; a column of such a name stands in double quotes.
    private static let keywords: Set = [
        "and", "or", "not", "is", "null", "isnull", "notnull", "in", "between", "like", "glob", "escape", "case",
        "when",
        "then", "else", "end", "cast", "as", "collate", "distinct", "from", "true", "false",
    ]
}
