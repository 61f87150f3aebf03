/// A piece of SQL of a schema document: one expression, statement or query, without a semicolon, its brackets closed.
struct SQLText: Hashable, Sendable {
    /// As written, without blanks at its ends.
    let text: String
    let tokens: [SQLToken]
    /// How many brackets are open around each token.
    let depths: [Int]

    init(_ source: String) throws(SQLFault) {
        text = Self.trimmed(source)
        guard text.utf8.count <= SchemaLimits.sqlBytesMax else {
            throw SQLFault(
                what: "\(text.utf8.count) bytes of SQL are more than \(SchemaLimits.sqlBytesMax)",
                cure: "shorten it"
            )
        }
        tokens = try SQLScanner.tokens(of: text)
        guard !tokens.isEmpty else { throw SQLFault(what: "there is no SQL", cure: "write it, or leave the word out") }
        if tokens.contains(where: { $0.isSymbol(";") }) {
            throw SQLFault(
                what: "a semicolon ends a statement, and only one may stand here",
                cure: "leave it out, and write a list for several effects"
            )
        }
        depths = try Self.depths(of: tokens)
    }

    /// Whether two pieces of SQL differ in nothing but blanks, comments and the case of bare words.
    static func areSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        do {
            return try SQLText(one).tokens == SQLText(other).tokens
        } catch {
            // Neither was read from a document; what cannot be split is the same only byte for byte.
            return false
        }
    }

    func token(_ index: Int) -> SQLToken? { tokens.indices.contains(index) ? tokens[index] : nil }

    /// Whether a bare word stands outside of all brackets.
    func hasOuterWord(_ word: String) -> Bool {
        zip(tokens, depths).contains { $0.isWord(word) && $1 == 0 }
    }

    private static func depths(of tokens: [SQLToken]) throws(SQLFault) -> [Int] {
        var depth = 0
        var depths: [Int] = []
        for token in tokens {
            if token.isSymbol(")") { depth -= 1 }
            guard depth >= 0 else { throw SQLFault(what: "a bracket ) closes nothing", cure: "remove it, or open it") }
            depths.append(depth)
            if token.isSymbol("(") { depth += 1 }
        }
        guard depth == 0 else { throw SQLFault(what: "a bracket ( is not closed", cure: "close it with )") }
        return depths
    }

    private static func trimmed(_ text: String) -> String {
        let isBlank = { (byte: UInt8) in " \t\r\n".utf8.contains(byte) }
        let utf8 = text.utf8
        guard let start = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: utf8[start...last], as: UTF8.self)
    }
}

extension Field {
    func sql(expected: String) throws(SchemaError) -> SQLText {
        let source = try text(expected: expected)
        do {
            return try SQLText(source)
        } catch {
            throw refusal(error.what, cure: error.cure)
        }
    }
}
