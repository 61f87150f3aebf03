import ChangeLog

/// Reads what `ChangeJSON` wrote, byte for byte: texts that are no UTF-8, and NULs, come back as they were.
struct ChangeReader {
    struct Change {
        var verb = ""
        var columns: [(name: String, value: Value)] = []
    }

    private let bytes: [UInt8]
    private var place = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A JSON array of values.
    static func array(_ bytes: [UInt8]) throws(MalformedBytes) -> [Value] {
        var reader = ChangeReader(bytes)
        var values: [Value] = []
        try reader.skip("[")
        while reader.peek != UInt8(ascii: "]") {
            if !values.isEmpty { try reader.skip(",") }
            values.append(try reader.value())
        }
        return values
    }

    /// `{"op":…,"columns":{…},…}`
    static func change(_ bytes: [UInt8]) throws(MalformedBytes) -> Change {
        var reader = ChangeReader(bytes)
        var change = Change()
        try reader.skip("{\"op\":")
        change.verb = String(decoding: try reader.text(), as: UTF8.self)
        try reader.skip(",\"columns\":{")
        while reader.peek != UInt8(ascii: "}") {
            if !change.columns.isEmpty { try reader.skip(",") }
            let name = String(decoding: try reader.text(), as: UTF8.self)
            try reader.skip(":")
            change.columns.append((name, try reader.value()))
        }
        return change
    }

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skip(_ word: String) throws(MalformedBytes) {
        guard bytes[place...].starts(with: word.utf8) else { throw MalformedBytes("\(word) is missing", offset: place) }
        place += word.utf8.count
    }

    private mutating func value() throws(MalformedBytes) -> Value {
        switch peek {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "n"):
            try skip("null")
            return .null
        default:
            let digits = bytes[place...].prefix { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
            guard let number = Int64(String(decoding: digits, as: UTF8.self)) else {
                throw MalformedBytes("neither a text nor an integer", offset: place)
            }
            place += digits.count
            return .integer(number)
        }
    }

    private mutating func text() throws(MalformedBytes) -> [UInt8] {
        try skip("\"")
        var text: [UInt8] = []
        while let byte = peek {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): text.append(try escaped())
            default: text.append(byte)
            }
        }
        throw MalformedBytes("a text without an end", offset: place)
    }

    private mutating func escaped() throws(MalformedBytes) -> UInt8 {
        guard let byte = peek else { throw MalformedBytes("a text without an end", offset: place) }
        place += 1
        switch byte {
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "u"):
            let digits = bytes[place...].prefix(4)
            guard digits.count == 4, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                throw MalformedBytes("an escape that is no control character", offset: place)
            }
            place += 4
            return code
        default: return byte
        }
    }
}
