/// Splits SQL into tokens by SQLite's rules.
///
/// Refused on the way, because a schema's SQL is stored in triggers and views and joined with other SQL: parameters,
/// `--` comments (YAML may fold the next line into them), and any character outside of quotes that is not ASCII.
struct SQLScanner {
    private let bytes: [UInt8]
    private var index = 0

    static func tokens(of text: String) throws(SQLFault) -> [SQLToken] {
        var scanner = SQLScanner(bytes: Array(text.utf8))
        var tokens: [SQLToken] = []
        while let token = try scanner.next() { tokens.append(token) }
        return tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func next() throws(SQLFault) -> SQLToken? {
        try skipBlanks()
        guard let byte = peek() else { return nil }
        switch byte {
        case UInt8(ascii: "'"): return SQLToken(kind: .text, text: try quoted(until: byte, keepQuotes: true))
        case UInt8(ascii: "\""), UInt8(ascii: "`"):
            return SQLToken(kind: .quotedName, text: try quoted(until: byte, keepQuotes: false))
        case UInt8(ascii: "["):
            return SQLToken(kind: .quotedName, text: try quoted(until: UInt8(ascii: "]"), keepQuotes: false))
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard peek(1) == UInt8(ascii: "'") else { return word() }
            index += 1
            return SQLToken(kind: .blob, text: try quoted(until: UInt8(ascii: "'"), keepQuotes: true))
        case _ where Self.isLetter(byte): return word()
        case _ where Self.isDigit(byte): return number()
        case UInt8(ascii: ".") where Self.isDigit(peek(1) ?? 0): return number()
        default: return try symbol()
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        index + ahead < bytes.count ? bytes[index + ahead] : nil
    }

    private mutating func skipBlanks() throws(SQLFault) {
        while let byte = peek() {
            if " \t\r\n\u{c}".utf8.contains(byte) {
                index += 1
            } else if byte == UInt8(ascii: "-"), peek(1) == byte {
                throw SQLFault(
                    what: "a -- comment would swallow what follows when lines are joined",
                    cure: "write /* … */, or a YAML comment"
                )
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(SQLFault) {
        index += 2
        while let byte = peek() {
            index += 1
            if byte == UInt8(ascii: "*"), peek() == UInt8(ascii: "/") {
                index += 1
                return
            }
        }
        throw SQLFault(what: "a comment does not end", cure: "close it with */")
    }

    /// From an opening quote; a doubled closing quote stands for itself, but not in brackets.
    private mutating func quoted(until close: UInt8, keepQuotes: Bool) throws(SQLFault) -> String {
        let start = index
        index += 1
        var content: [UInt8] = []
        while let byte = peek() {
            index += 1
            if byte == close {
                guard peek() == close, close != UInt8(ascii: "]") else {
                    return String(decoding: keepQuotes ? bytes[start..<index] : content[...], as: UTF8.self)
                }
                index += 1
            }
            content.append(byte)
        }
        let quote = String(Unicode.Scalar(close))
        throw SQLFault(
            what: "a quote \(quote) is opened and not closed",
            cure: "close it, or double it inside of quotes"
        )
    }

    private mutating func word() -> SQLToken {
        let start = index
        while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) || byte == UInt8(ascii: "$") { index += 1 }
        return SQLToken(kind: .word, text: String(decoding: bytes[start..<index], as: UTF8.self).lowercased())
    }

    private mutating func number() -> SQLToken {
        let start = index
        while let byte = peek() {
            let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            let isExponent =
                isSign && index > start && bytes[index - 1] | 0x20 == UInt8(ascii: "e") && !isHex(from: start)
            guard isExponent || Self.isLetter(byte) || Self.isDigit(byte) || byte == UInt8(ascii: ".") else { break }
            index += 1
        }
        return SQLToken(kind: .number, text: String(decoding: bytes[start..<index], as: UTF8.self).lowercased())
    }

    private func isHex(from start: Int) -> Bool {
        start + 1 < bytes.count && bytes[start] == UInt8(ascii: "0") && bytes[start + 1] | 0x20 == UInt8(ascii: "x")
    }

    private mutating func symbol() throws(SQLFault) -> SQLToken {
        for symbol in Self.symbols where bytes[index...].starts(with: symbol.utf8) {
            index += symbol.utf8.count
            return SQLToken(kind: .symbol, text: symbol)
        }
        let scalar = String(decoding: bytes[index...].prefix(4), as: UTF8.self).unicodeScalars.first
        let what = shown(scalar.map { String($0) } ?? "")
        if scalar.map({ "?:@$#".unicodeScalars.contains($0) }) == true {
            throw SQLFault(
                what: "\(what) stands for a parameter, and nobody gives its value",
                cure: "write the value itself"
            )
        }
        throw SQLFault(
            what: "SQL has no character \(what)",
            cure: "write plain ASCII outside of quotes, and straight quotes"
        )
    }

    /// Longest first.
    private static let symbols = [
        "->>", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->",
        "(", ")", ",", ".", ";", "+", "-", "*", "/", "%", "&", "|", "~", "<", ">", "=",
    ]

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
