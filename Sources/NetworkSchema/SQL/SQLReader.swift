/// Reads the head of a statement token by token.
struct SQLReader {
    private let sql: SQLText
    private var index = 0

    init(_ sql: SQLText) { self.sql = sql }

    mutating func skip(_ count: Int) { index += count }

    mutating func expect(_ word: String) throws(SQLFault) {
        guard sql.token(index)?.isWord(word) == true else {
            let found = sql.token(index).map { shown($0.text) } ?? "the end"
            throw SQLFault(
                what: "expected \(word.uppercased()), got \(found)",
                cure: "write \(word.uppercased()) there"
            )
        }
        index += 1
    }

    func refuseConflictClause() throws(SQLFault) {
        guard sql.token(index)?.isWord("or") == true else { return }
        throw SQLFault(
            what:
                "OR \(sql.token(index + 1)?.text.uppercased() ?? "") gives way to the clause of the application's statement",
            cure: "leave it out, or write ON CONFLICT (key) DO UPDATE SET … after the values"
        )
    }

    mutating func tableName() throws(SQLFault) -> String {
        guard let name = sql.token(index)?.name else {
            throw SQLFault(what: "no table is named", cure: "write the table's name")
        }
        guard sql.token(index + 1)?.isSymbol(".") != true else {
            throw SQLFault(what: "SQLite takes no \(name). before a table in a trigger", cure: "name the table alone")
        }
        index += 1
        guard sql.token(index)?.isWord("as") != true else {
            throw SQLFault(
                what: "SQLite takes no other name for \(name) in a trigger",
                cure: "leave AS out, and write \(name).COLUMN"
            )
        }
        return name
    }

    mutating func insertedColumns() throws(SQLFault) -> [String] {
        guard sql.token(index)?.isSymbol("(") == true else {
            throw SQLFault(
                what: "an INSERT without column names breaks when a later version adds a column",
                cure: "write INSERT INTO table (column, …)"
            )
        }
        return try parenthesisedNames()
    }

    /// Moves past `word` where it follows `leading`, outside of all brackets. False: it does not stand there.
    mutating func seek(_ word: String, after leading: [String]) -> Bool {
        let all = leading + [word]
        for start in sql.tokens.indices where start >= index && sql.depths[start] == 0 {
            guard all.indices.allSatisfy({ sql.token(start + $0)?.isWord(all[$0]) == true }) else { continue }
            index = start + all.count
            return true
        }
        return false
    }

    /// column = …, (column, column) = …, up to FROM, WHERE or the end.
    mutating func assignedColumns() throws(SQLFault) -> [String] {
        var columns: [String] = []
        while true {
            if sql.token(index)?.isSymbol("(") == true {
                columns += try parenthesisedNames()
            } else {
                columns.append(try columnName())
            }
            guard sql.token(index)?.isSymbol("=") == true else {
                throw SQLFault(what: "SET needs = after \(shown(columns.last ?? ""))", cure: "write SET column = value")
            }
            guard skipValue() else { return columns }
        }
    }

    /// Past a value and the comma after it; false where the assignments end.
    private mutating func skipValue() -> Bool {
        while let token = sql.token(index) {
            defer { index += 1 }
            guard sql.depths[index] == 0 else { continue }
            if token.isSymbol(",") { return true }
            let isFrom = token.isWord("from") && sql.token(index - 1)?.isWord("distinct") != true
            if isFrom || token.isWord("where") || token.isWord("returning") { return false }
        }
        return false
    }

    private mutating func columnName() throws(SQLFault) -> String {
        guard let token = sql.token(index), let name = token.name else {
            throw SQLFault(what: "no column is named", cure: "write a column's name")
        }
        index += 1
        return name
    }

    private mutating func parenthesisedNames() throws(SQLFault) -> [String] {
        index += 1
        var names = [try columnName()]
        while sql.token(index)?.isSymbol(",") == true {
            index += 1
            names.append(try columnName())
        }
        guard sql.token(index)?.isSymbol(")") == true else {
            throw SQLFault(what: "a list of columns holds more than names", cure: "write (column, column, …)")
        }
        index += 1
        return names
    }
}
