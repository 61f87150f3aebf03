import Yams

/// One value of a schema document, under the word that names it. Every reading of it ends in the value asked for or
/// in a refusal with line, reason and cure.
struct Field {
    /// As a message names it: "type", "scope".
    let word: String
    /// Of the word, or of the element in a list.
    let place: Place
    private let node: Node
    /// The place says the word already ("column on_hand").
    private let isNamedByPlace: Bool

    init(word: String, place: Place, node: Node, isNamedByPlace: Bool = false) {
        self.word = word
        self.place = place
        self.node = node
        self.isNamedByPlace = isNamedByPlace
    }

    /// What YAML takes the value for.
    private var tag: Tag.Name { Tag.Name(rawValue: node.tag.rawValue) }

    // MARK: Shapes

    var isMapping: Bool { node.mapping != nil }
    var isList: Bool { node.sequence != nil }

    /// What stands here, as a message says it.
    var kind: String {
        switch tag {
        case .map: "a mapping"
        case .seq: "a list"
        case .null: "nothing"
        case .bool: "a yes or no"
        case .int: "a number"
        case .float: "a decimal number"
        case .timestamp: "a date"
        case .str, .merge, .value: "text"
        default: "a value tagged \(shown(tag.rawValue))"
        }
    }

    func refusal(_ what: String, cure: String) -> SchemaError {
        place.refusal(isNamedByPlace ? what : "\(word): \(what)", cure: cure)
    }

    /// This value, and all in it, as a message finds it: in the place called `name`.
    func inside(_ name: String) -> Field {
        Field(word: word, place: place.inside(name), node: node, isNamedByPlace: true)
    }

    // MARK: Scalars

    /// A word: a name, or one of a few choices. Quotes make no difference.
    func bareWord(expected: String) throws(SchemaError) -> String {
        guard let scalar = node.scalar, isWord else {
            throw refusal("got \(kind)", cure: "write \(expected)")
        }
        return scalar.string
    }

    /// Text that YAML reads as text. A number, a yes or a date needs quotes to be text.
    func text(expected: String) throws(SchemaError) -> String {
        guard let scalar = node.scalar, [.str, .merge, .value].contains(tag) else {
            let isScalar = node.scalar != nil && tag != .null
            throw refusal(
                "got \(kind)",
                cure: isScalar ? "put it in double quotes" : "write \(expected) in double quotes"
            )
        }
        guard !scalar.string.utf8.contains(0) else {
            throw refusal("the text holds a NUL, which no client can read back", cure: "remove it")
        }
        return scalar.string
    }

    /// A whole number in decimal digits.
    func integer(in range: ClosedRange<Int64>) throws(SchemaError) -> Int64 {
        guard let scalar = node.scalar, tag == .int else { throw notAnInteger }
        guard Self.isDecimal(scalar.string) else {
            throw refusal("\(shown(scalar.string)) is no plain whole number", cure: "write it in decimal digits")
        }
        guard let value = Int64(scalar.string), range.contains(value) else {
            throw refusal(
                "\(shown(scalar.string)) is out of bounds",
                cure: "write a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    func flag() throws(SchemaError) -> Bool {
        switch node.scalar?.string {
        case "true" where tag == .bool: return true
        case "false" where tag == .bool: return false
        default: throw refusal("got \(kind)", cure: "write true or false, without quotes")
        }
    }

    private var isWord: Bool {
        [.str, .bool, .int, .float, .timestamp, .merge, .value].contains(tag)
    }

    private var notAnInteger: SchemaError {
        let cure =
            switch tag {
            case .float: "write a whole number (no floating point: quantities in thousandths, money in minor units)"
            case .str: "write digits, without quotes"
            default: "write a whole number"
            }
        return refusal("got \(kind)", cure: cure)
    }

    private static func isDecimal(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = digits.first, digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
            return false
        }
        return first != UInt8(ascii: "0") || digits.count == 1
    }

    // MARK: Collections

    func list(expected: String) throws(SchemaError) -> [Field] {
        guard let sequence = node.sequence, tag == .seq else {
            throw refusal("got \(kind)", cure: "write \(expected)")
        }
        return sequence.map { Field(word: word, place: place(of: $0), node: $0, isNamedByPlace: isNamedByPlace) }
    }

    /// The values of a mapping, each under its key, in the document's order. Keys are words, and none stands twice.
    func entries(expected: String) throws(SchemaError) -> [Field] {
        guard let mapping = node.mapping, tag == .map else {
            throw refusal("got \(kind)", cure: "write \(expected)")
        }
        var seen: Set<String> = []
        var entries: [Field] = []
        for (key, value) in mapping {
            guard let word = key.scalar?.string else {
                throw place(of: key).refusal("a list or a mapping cannot be a key", cure: "write a word and a colon")
            }
            guard seen.insert(word).inserted else {
                throw place(of: key).refusal("\(shown(word)) stands twice", cure: "keep one of the two, or rename one")
            }
            entries.append(Field(word: word, place: place(of: key), node: value))
        }
        return entries
    }

    private func place(of node: Node) -> Place {
        Place(line: node.mark?.line ?? place.line, column: node.mark?.column ?? place.column, names: place.names)
    }
}
