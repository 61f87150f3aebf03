import NetworkSchema
import Testing

@Suite("A document as a whole is refused when it")
struct DocumentRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "is empty",
            "",
            line: 1,
            "the document is empty",
            cure: "begin with schema, version, currency and tables"
        ),
        Refused(
            "holds only a comment",
            "# nothing yet\n",
            line: 1,
            "the document is empty",
            cure: "begin with schema, version, currency and tables"
        ),
        Refused(
            "is a list",
            "- schema: corner\n- version: 1\n",
            line: 1,
            "the document: got a list",
            cure: "write schema, version, currency and tables"
        ),
        Refused(
            "is one word",
            "corner corner corner corner corner corner\n",
            line: 1,
            "the document: got text",
            cure: "write schema, version, currency and tables"
        ),
        Refused(
            "is larger than a frame",
            String(repeating: "# padding\n", count: 120_000),
            line: 1,
            "the document has 1200000 bytes, and 1048576 are the most",
            cure: "shorten it"
        ),
        Refused(
            "holds a control character",
            "schema: corner\nversion: 1\u{1b}[31m\n",
            line: 2,
            "the character U+1B cannot stand in a document",
            cure: "remove it, and save the file as UTF-8 text"
        ),
        Refused(
            "holds a NUL",
            "schema: cor\u{0}ner\n",
            line: 1,
            "the character U+0 cannot stand in a document",
            cure: "remove it, and save the file as UTF-8 text"
        ),
        Refused(
            "is indented with tabs",
            "schema: corner\nversion: 1\ntables:\n\tproduct:\n",
            line: 4,
            "not YAML: found character that cannot start any token",
            cure: "indent with spaces, never tabs, and put a value that begins with @, ` or % in double quotes"
        ),
        Refused(
            "holds a colon in a plain value",
            document(more: ["effects: {insert: a: b}"]),
            line: 12,
            "not YAML: did not find expected ',' or '}'",
            cure: "close the bracket, and put a value that holds , [ ] { } in double quotes"
        ),
        Refused(
            "leaves a quote open",
            document(more: ["effects: {insert: \"UPDATE product}"]),
            line: 13,
            "not YAML: found unexpected end of stream",
            cure: "close the quote"
        ),
        Refused(
            "leaves a bracket open",
            document(more: ["together: [name"]),
            line: 13,
            "not YAML: did not find expected ',' or ']'",
            cure: "close the bracket, and put a value that holds , [ ] { } in double quotes"
        ),
        Refused(
            "leaves a brace open",
            document(more: ["effects: {insert: x"]),
            line: 13,
            "not YAML: did not find expected ',' or '}'",
            cure: "close the bracket, and put a value that holds , [ ] { } in double quotes"
        ),
        Refused(
            "uses an alias that it does not define",
            document(more: ["effects: *all"]),
            line: 12,
            "not YAML: found undefined alias",
            cure: "define it above as &NAME, or put a value that begins with * in double quotes"
        ),
        Refused(
            "holds two documents",
            document() + "---\n" + document(),
            line: 12,
            "not YAML: but found another document",
            cure: "keep one schema in one file, and remove the line ---"
        ),
        Refused(
            "writes a word without a colon",
            document(more: ["immutable true"]),
            line: 13,
            "not YAML: could not find expected ':'",
            cure: "write WORD: VALUE, and check the quotes and the indentation of the line before"
        ),
        Refused(
            "quotes inside of a quote",
            document(more: ["effects: {insert: 'it's'}"]),
            line: 12,
            "not YAML: did not find expected ',' or '}'",
            cure: "close the bracket, and put a value that holds , [ ] { } in double quotes"
        ),
        Refused(
            "holds one key twice",
            document(more: ["writer: store"]),
            line: 7,
            "\"writer\" stands twice in one mapping",
            cure: "keep one of the two, or rename one"
        ),
        Refused(
            "holds one key twice, once in quotes",
            document(more: ["\"immutable\": true", "immutable: true"]),
            line: 12,
            "\"immutable\" stands twice in one mapping",
            cure: "keep one of the two, or rename one"
        ),
        Refused(
            "holds one key twice, as a number and in quotes",
            document(top: ["1: a", "\"1\": b"]),
            line: 13,
            "\"1\" stands twice",
            cure: "keep one of the two, or rename one"
        ),
        Refused(
            "holds two tables of one name",
            document(top: ["  product: {}"]),
            line: 5,
            "\"product\" stands twice in one mapping",
            cure: "keep one of the two, or rename one"
        ),
        Refused(
            "has a list as a key",
            "schema: corner\n[version]: 1\n",
            line: 2,
            "a list or a mapping cannot be a key",
            cure: "write a word and a colon"
        ),
        Refused(
            "has an alias as a key",
            "schema: &a corner\n*a : 1\n",
            line: 2,
            "a list, a mapping or an alias cannot be a key",
            cure: "write the key out, or put the text it stands in in double quotes"
        ),
        Refused(
            "has a mapping as a key beside anchors",
            "schema: &a corner\n{a: b}: 1\n",
            line: 2,
            "a list, a mapping or an alias cannot be a key",
            cure: "write the key out, or put the text it stands in in double quotes"
        ),
        Refused(
            "has a complex key beside anchors",
            "schema: &a corner\n? [x]\n: 1\n",
            line: 2,
            "a list, a mapping or an alias cannot be a key",
            cure: "write the key out, or put the text it stands in in double quotes"
        ),
        Refused(
            "merges mappings in a column",
            column("note: {<<: {type: text}}"),
            line: 12,
            "table product: column note: <<: mappings are not merged into each other",
            cure: "write the words out, or let an alias stand for the whole mapping"
        ),
    ]
}
