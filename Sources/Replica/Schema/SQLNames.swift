/// Puts other SQL in the place of names in a piece of SQL, and leaves texts, comments and everything else as it is.
struct SQLNames {
    /// A name as it stands: `a`, `"a"`, `` `a` ``, `[a]`, or `a.b`.
    struct Found {
        /// Without its quotes.
        var name: String
        /// What stands before the dot; nil without one.
        var qualifier: String?
        /// A bracket follows: it is a function's.
        var isCalled: Bool
    }

    /// - Parameter replacement: nil leaves the name.
    static func replace(in sql: String, with replacement: (Found) -> String?) -> String {
        var reader = SQLNames(bytes: Array(sql.utf8))
        while let piece = reader.next() { reader.put(piece, replacement) }
        return String(decoding: reader.out, as: UTF8.self)
    }

    /// Equal as SQLite compares names: ASCII letters in either case.
    static func areEqual(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).allSatisfy { lower($0) == lower($1) }
    }

    private enum Piece {
        case other(Range<Int>)
        case name(Range<Int>)
    }

    private let bytes: [UInt8]
    private var place = 0
    private var out: [UInt8] = []

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func next() -> Piece? {
        guard place < bytes.count else { return nil }
        let start = place
        switch bytes[place] {
        case UInt8(ascii: "'"): skipQuoted(UInt8(ascii: "'"))
        case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"): skip { $0 == UInt8(ascii: "\n") }
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipComment()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): skip { !Self.isWord($0) }
        case let first where Self.isWord(first) || Self.closing(first) != nil:
            skipName()
            return .name(start..<place)
        default: place += 1
        }
        return .other(start..<place)
    }

    private mutating func put(_ piece: Piece, _ replacement: (Found) -> String?) {
        switch piece {
        case .other(let range): out += bytes[range]
        case .name(let first):
            var whole = first
            var found = Found(name: Self.bare(bytes[first]), qualifier: nil, isCalled: false)
            // A blob literal is no name.
            if byte(0) == UInt8(ascii: "'"), found.name.utf8.count == 1 {
                skipQuoted(UInt8(ascii: "'"))
                out += bytes[first.lowerBound..<place]
                return
            }
            if byte(0) == UInt8(ascii: "."), let next = byte(1), Self.isWord(next) || Self.closing(next) != nil {
                place += 1
                let start = place
                skipName()
                found = Found(name: Self.bare(bytes[start..<place]), qualifier: found.name, isCalled: false)
                whole = first.lowerBound..<place
            }
            var after = place
            while after < bytes.count, " \t\r\n".utf8.contains(bytes[after]) { after += 1 }
            found.isCalled = after < bytes.count && bytes[after] == UInt8(ascii: "(")
            out += replacement(found).map { Array($0.utf8) } ?? Array(bytes[whole])
        }
    }

    private func byte(_ ahead: Int) -> UInt8? { place + ahead < bytes.count ? bytes[place + ahead] : nil }

    private mutating func skip(until isEnd: (UInt8) -> Bool) {
        while place < bytes.count, !isEnd(bytes[place]) { place += 1 }
    }

    /// A doubled quote inside reads as two quoted pieces that touch, which is all the same here.
    private mutating func skipQuoted(_ quote: UInt8) {
        place += 1
        skip { $0 == quote }
        place = min(place + 1, bytes.count)
    }

    private mutating func skipComment() {
        place += 2
        while place < bytes.count, !(bytes[place] == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) { place += 1 }
        place = min(place + 2, bytes.count)
    }

    private mutating func skipName() {
        if let close = Self.closing(bytes[place]) { skipQuoted(close) } else { skip { !Self.isWord($0) } }
    }

    private static func closing(_ open: UInt8) -> UInt8? {
        switch open {
        case UInt8(ascii: "\""), UInt8(ascii: "`"): open
        case UInt8(ascii: "["): UInt8(ascii: "]")
        default: nil
        }
    }

    private static func bare(_ name: ArraySlice<UInt8>) -> String {
        guard let first = name.first, closing(first) != nil else { return String(decoding: name, as: UTF8.self) }
        return String(decoding: name.dropFirst().dropLast(), as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower(byte))
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
