/// A mapping of the document whose keys are words of the format, each known, each with its value.
struct Words {
    let place: Place
    private let vocabulary: Vocabulary
    private let fields: [Field]

    /// Refuses a word that `vocabulary` does not hold.
    init(_ field: Field, _ vocabulary: Vocabulary) throws(SchemaError) {
        place = field.place
        self.vocabulary = vocabulary
        fields = try field.entries(expected: vocabulary.example)
        for field in fields where !vocabulary.words.contains(field.word) {
            throw vocabulary.refusal(of: field.word, at: field.place)
        }
    }

    subscript(word: String) -> Field? { fields.first { $0.word == word } }

    /// In the document's order.
    var all: [Field] { fields }

    func required(_ word: String) throws(SchemaError) -> Field {
        guard let field = self[word] else {
            throw place.refusal("\(vocabulary.subject) needs \(word)", cure: vocabulary.cure(forMissing: word))
        }
        return field
    }

    /// Where the word stands, or else the mapping.
    func place(of word: String) -> Place { self[word]?.place ?? place }

    func refusal(at word: String, _ what: String, cure: String) -> SchemaError {
        place(of: word).refusal(what, cure: cure)
    }
}

extension Field {
    /// A mapping whose keys are names that the document makes up ("table stock"), each a valid name.
    func named(_ kind: String, expected: String) throws(SchemaError) -> [Field] {
        var named: [Field] = []
        for entry in try entries(expected: expected) {
            try SchemaName.check(entry.word, of: kind, at: entry.place)
            named.append(entry.inside("\(kind) \(entry.word)"))
        }
        return named
    }

    /// A valid name for a `kind`: "table", "column".
    func name(of kind: String) throws(SchemaError) -> String {
        let name = try bareWord(expected: "a name")
        try SchemaName.check(name, of: kind, at: place)
        return name
    }
}

/// What a name is: it stands in SQL, in JSON, in messages and in file names as it is.
enum SchemaName {
    static func check(_ name: String, of kind: String, at place: Place) throws(SchemaError) {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, isLetter(first), bytes.allSatisfy(isAllowed) else {
            throw place.refusal(
                "\(shown(name)) is no name for a \(kind)",
                cure: "begin with a letter and use only a to z, 0 to 9 and _"
            )
        }
        guard bytes.count <= SchemaLimits.nameBytesMax else {
            throw place.refusal(
                "the name \(shown(name)) has \(bytes.count) letters",
                cure: "use at most \(SchemaLimits.nameBytesMax)"
            )
        }
        for prefix in ["linli_", "sqlite_"] where bytes.starts(with: prefix.utf8) {
            throw place.refusal(
                "names that begin with \(prefix) are taken",
                cure: "choose another name for this \(kind)"
            )
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
}
