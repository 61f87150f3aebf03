import SplitMix

/// Damages documents, by a seed: what a hand, a merge tool or a bad disk might do to one, and what an attacker would.
struct Vandal: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    /// One to four damages, one upon the other.
    mutating func damaged(_ document: String) -> String {
        var text = document
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            switch Int.random(in: 0..<6, using: &self) {
            case 0: text = byByte(text)
            case 1: text = byLine(text)
            case 2: text = byWord(text)
            default: text = byPiece(text)
            }
        }
        return text
    }

    private mutating func byByte(_ text: String) -> String {
        var bytes = Array(text.utf8)
        guard let index = bytes.indices.randomElement(using: &self) else { return text }
        switch Int.random(in: 0..<4, using: &self) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &self)
        case 1: bytes.remove(at: index)
        case 2: bytes.removeSubrange(index..<min(index + Int.random(in: 1...40, using: &self), bytes.count))
        default: bytes.insert(contentsOf: bytes[index...].prefix(Int.random(in: 1...200, using: &self)), at: index)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func byLine(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let one = lines.indices.randomElement(using: &self), let other = lines.indices.randomElement(using: &self)
        else { return text }
        switch Int.random(in: 0..<4, using: &self) {
        case 0: lines.swapAt(one, other)
        case 1: lines.remove(at: one)
        case 2: lines.insert(lines[one], at: other)
        default: lines[one] = "  " + lines[one]
        }
        return lines.joined(separator: "\n")
    }

    /// One word of the document in the place of another, so that it stays YAML and means something else.
    private mutating func byWord(_ text: String) -> String {
        let isPart = { (byte: UInt8) in byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a || byte == 0x5f }
        let bytes = Array(text.utf8)
        let words = bytes.indices.filter { isPart(bytes[$0]) && ($0 == 0 || !isPart(bytes[$0 - 1])) }
            .map { start in start..<(bytes[start...].firstIndex { !isPart($0) } ?? bytes.count) }
        guard let one = words.randomElement(using: &self), let other = words.randomElement(using: &self) else {
            return text
        }
        return String(decoding: bytes[..<one.lowerBound] + bytes[other] + bytes[one.upperBound...], as: UTF8.self)
    }

    private mutating func byPiece(_ text: String) -> String {
        guard let piece = Self.pieces.randomElement(using: &self) else { return text }
        var bytes = Array(text.utf8)
        bytes.insert(contentsOf: piece.utf8, at: Int.random(in: 0...bytes.count, using: &self))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let pieces = [
        "&a ", "*a", "*a : ", "<<: *a", "? ", "- ", ": ", "{", "}", "[", "]", "'", "\"", "|", ">-\n", "#", "---\n",
        "...",
        "%YAML 1.1\n", "!!binary ", "!<tag:x> ", "!%ff ", "\t", "\r", "\n", "\u{feff}", "\u{2028}", "\\u0000", "\\xff",
        "é",
        "\u{1F600}", "null", "~", "yes", "0x7fffffffffffffff", "-9223372036854775809", "1e999", ".nan", "2024-01-01",
        "(", ")", ";", "--", "/*", "*/", "x'", "`", "::", "$$", "NEW.", "OLD.", " AS (", "SELECT ", "FROM ", "SET ",
        ",",
        "{parent: order_line, by: sku}", "{store: sku}", "network", "hub", "immutable: true\n", "merge: escrow, ",
    ]
}
