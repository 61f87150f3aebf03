/// Keeps aliases from making a small document take for ever.
///
/// YAML may nest an alias in what another alias names, so that thirty lines stand for a billion nodes. Shared nodes
/// cost nothing to hold; but the parser hashes every key of a mapping through and through. So a document with anchors
/// must not use a list, a mapping or an alias as a key. No word of a schema needs one.
enum AliasGuard {
    static func refuseCollectionsAsKeys(in text: String) throws(SchemaError) {
        let bytes = Array(text.utf8)
        guard bytes.indices.contains(where: { isAnchor(bytes, at: $0) }) else { return }
        var line = 1
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            guard isCollectionKey(bytes, at: index) else { continue }
            throw Place(line: line, column: 1).refusal(
                "a list, a mapping or an alias cannot be a key",
                cure: "write the key out, or put the text it stands in in double quotes"
            )
        }
    }

    private static func isAnchor(_ bytes: [UInt8], at index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "&") && startsToken(bytes, at: index) && isWord(bytes, at: index + 1)
    }

    /// `]` or `}` or `*NAME` and then a colon; or `?` and a blank, which begins a key of any shape.
    private static func isCollectionKey(_ bytes: [UInt8], at index: Int) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            return isColon(bytes, afterBlanksFrom: index + 1)
        case UInt8(ascii: "*"):
            guard startsToken(bytes, at: index) else { return false }
            var end = index + 1
            while isWord(bytes, at: end) { end += 1 }
            return end > index + 1 && isColon(bytes, afterBlanksFrom: end)
        case UInt8(ascii: "?"):
            return startsToken(bytes, at: index) && isBlankOrEnd(bytes, at: index + 1)
        default:
            return false
        }
    }

    private static func startsToken(_ bytes: [UInt8], at index: Int) -> Bool {
        guard index > 0 else { return true }
        return isBlankOrEnd(bytes, at: index - 1) || "[{,?:-".utf8.contains(bytes[index - 1])
    }

    private static func isColon(_ bytes: [UInt8], afterBlanksFrom start: Int) -> Bool {
        var index = start
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") {
            index += 1
        }
        return index < bytes.count && bytes[index] == UInt8(ascii: ":")
    }

    private static func isBlankOrEnd(_ bytes: [UInt8], at index: Int) -> Bool {
        index >= bytes.count || " \t\r\n".utf8.contains(bytes[index])
    }

    private static func isWord(_ bytes: [UInt8], at index: Int) -> Bool {
        guard index < bytes.count else { return false }
        switch bytes[index] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): return true
        default: return false
        }
    }
}
