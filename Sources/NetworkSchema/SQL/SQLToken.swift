/// One token of SQL, as SQLite splits it. The room reads SQL only far enough to see which names stand in it.
struct SQLToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A bare identifier or keyword, in lower case.
        case word
        /// An identifier in double quotes, backquotes or brackets, without them.
        case quotedName
        /// A literal, as written: 'text', x'00', 12.
        case text, blob, number
        case symbol
    }

    var kind: Kind
    var text: String

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
    func isWord(_ word: String) -> Bool { kind == .word && text == word }

    /// The name that this token would be, where a name may stand. SQLite compares names without regard to case.
    var name: String? {
        switch kind {
        case .word: text
        case .quotedName: text.lowercased()
        case .text, .blob, .number, .symbol: nil
        }
    }
}

/// What is wrong with a piece of SQL, and the cure; the caller adds the place.
struct SQLFault: Error, Hashable, Sendable {
    var what: String
    var cure: String
}
