/// Which tables and views a query reads: the names after FROM and JOIN that the query does not define itself.
///
/// A reading by tokens, not a parser: it may miss a name (after a comma), but what it finds is one.
enum SQLReferences {
    static func tables(in sql: SQLText) -> [String] {
        let own = definitions(in: sql)
        var names: [String] = []
        for index in sql.tokens.indices {
            guard let name = reference(at: index, in: sql), !own.contains(name) else { continue }
            names.append(name)
        }
        return names
    }

    private static func reference(at index: Int, in sql: SQLText) -> String? {
        let token = sql.tokens[index]
        // IS DISTINCT FROM compares; it reads no table.
        let isFrom = token.isWord("from") && sql.token(index - 1)?.isWord("distinct") != true
        guard isFrom || token.isWord("join"), let next = sql.token(index + 1), let name = next.name else { return nil }
        // A function that gives rows (json_each), or a qualified name (main.stock, refused elsewhere).
        if sql.token(index + 2)?.isSymbol("(") == true { return nil }
        return name
    }

    /// NAME AS (…), NAME(columns) AS (…): what a WITH defines.
    private static func definitions(in sql: SQLText) -> Set<String> {
        var names: Set<String> = []
        for index in sql.tokens.indices where sql.tokens[index].isWord("as") {
            var body = index + 1
            if sql.token(body)?.isWord("not") == true { body += 1 }
            if sql.token(body)?.isWord("materialized") == true { body += 1 }
            guard sql.token(body)?.isSymbol("(") == true else { continue }
            var before = index - 1
            if sql.token(before)?.isSymbol(")") == true {
                before -= 1
                while before > 0, sql.tokens[before].isSymbol("(") == false { before -= 1 }
                before -= 1
            }
            if let name = sql.token(before)?.name { names.insert(name) }
        }
        return names
    }
}
