import Yams

/// The text of a schema document, made into a tree of YAML nodes that know their lines.
///
/// Law: total. Whatever the text is, the answer is a tree or a `SchemaError`, in time proportional to its length.
enum DocumentText {
    static func root(of text: String) throws(SchemaError) -> Field {
        let top = Place(line: 1, column: 1)
        guard text.utf8.count <= SchemaLimits.documentBytesMax else {
            throw top.refusal(
                "the document has \(text.utf8.count) bytes, and \(SchemaLimits.documentBytesMax) are the most",
                cure: "shorten it"
            )
        }
        try refuseControlCharacters(in: text)
        try AliasGuard.refuseCollectionsAsKeys(in: text)
        guard let node = try compose(text) else {
            throw top.refusal("the document is empty", cure: "begin with schema, version, currency and tables")
        }
        return Field(word: "the document", place: top, node: node)
    }

    private static func compose(_ text: String) throws(SchemaError) -> Node? {
        do {
            return try Parser(yaml: padded(text), encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw refusal(error)
        } catch {
            throw Place(line: 1, column: 1).refusal("not readable as YAML", cure: "check the file")
        }
    }

    /// Yams hands the string's own bytes to its scanner and lets it read on after the call; only a string too long to
    /// be kept inline keeps these bytes in one place. A byte order mark is not part of the document.
    private static func padded(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{feff}" { scalars = scalars.dropFirst() }
        var result = String(scalars)
        if result.utf8.count < 64 { result += String(repeating: "\n", count: 64) }
        result.makeContiguousUTF8()
        return result
    }

    private static func refuseControlCharacters(in text: String) throws(SchemaError) {
        var place = (line: 1, column: 1)
        var isFirst = true
        for scalar in text.unicodeScalars {
            let isMark = scalar == "\u{feff}" && isFirst
            guard isMark || isReadable(scalar) else {
                throw Place(line: place.line, column: place.column).refusal(
                    "the character U+\(String(scalar.value, radix: 16, uppercase: true)) cannot stand in a document",
                    cure: "remove it, and save the file as UTF-8 text"
                )
            }
            place = scalar == "\n" ? (place.line + 1, 1) : (place.line, place.column + 1)
            isFirst = false
        }
    }

    /// What YAML 1.2 calls printable, without the line ends that only YAML 1.1 knows (lines would be counted twice).
    private static func isReadable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0xa0...0x2027, 0x202a...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd: true
        case 0x10000...0x10ffff: true
        default: false
        }
    }

    private static func refusal(_ error: YamlError) -> SchemaError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let place = Place(line: mark.line, column: mark.column)
            return place.refusal("not YAML: \(problem)", cure: cure(for: problem))
        case .duplicatedKeysInMapping(let words, let context):
            let place = Place(line: context.mark.line, column: context.mark.column)
            let word = words.first.map(shown) ?? "a word"
            return place.refusal("\(word) stands twice in one mapping", cure: "keep one of the two, or rename one")
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return Place(line: 1, column: 1).refusal("not readable as YAML", cure: "save the file as UTF-8 text")
        }
    }

    /// The usual causes, by libyaml's own words.
    private static func cure(for problem: String) -> String {
        switch problem {
        case "mapping values are not allowed in this context":
            "put a value that holds a colon and a space in double quotes, and check the indentation"
        case "found undefined alias":
            "define it above as &NAME, or put a value that begins with * in double quotes"
        case "found character that cannot start any token":
            "indent with spaces, never tabs, and put a value that begins with @, ` or % in double quotes"
        case "but found another document":
            "keep one schema in one file, and remove the line ---"
        case "could not find expected ':'":
            "write WORD: VALUE, and check the quotes and the indentation of the line before"
        case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
            "close the bracket, and put a value that holds , [ ] { } in double quotes"
        case "found unexpected end of stream":
            "close the quote"
        case "did not find expected key":
            "check the indentation, and double a single quote inside of single quotes"
        default:
            "check the indentation, the quotes and the brackets here and in the line before"
        }
    }
}
