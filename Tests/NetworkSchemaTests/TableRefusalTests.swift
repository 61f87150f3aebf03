import NetworkSchema
import Testing

@Suite("A table is refused when it")
struct TableRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "has a name with a space",
            document().replacing("  product:", with: "  our product:"),
            line: 5,
            "\"our product\" is no name for a table",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "has a name beginning with a digit",
            document().replacing("  product:", with: "  2product:"),
            line: 5,
            "\"2product\" is no name for a table",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "has a Chinese name",
            document().replacing("  product:", with: "  商品:"),
            line: 5,
            "\"商品\" is no name for a table",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "has a name of 64 letters",
            document().replacing("  product:", with: "  \(String(repeating: "a", count: 64)):"),
            line: 5,
            "the name \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 64 letters",
            cure: "use at most 63"
        ),
        Refused(
            "has a name that hides an escape sequence",
            document().replacing("  product:", with: "  \"pro\\e[31mduct\":"),
            line: 5,
            "\"pro\\u{1b}[31mduct\" is no name for a table",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "has a name of SQLite's",
            document().replacing("  product:", with: "  sqlite_product:"),
            line: 5,
            "names that begin with sqlite_ are taken",
            cure: "choose another name for this table"
        ),
        Refused(
            "has a name of linli's",
            document().replacing("  product:", with: "  linli_product:"),
            line: 5,
            "names that begin with linli_ are taken",
            cure: "choose another name for this table"
        ),
        Refused(
            "is named new",
            document().replacing("  product:", with: "  new:"),
            line: 5,
            "table new: NEW is a row in effects and in ON CONFLICT",
            cure: "choose another name for the table"
        ),
        Refused(
            "is a list",
            "schema: corner\nversion: 1\ncurrency: CNY\ntables:\n  product: [sku]\n",
            line: 5,
            "table product: got a list",
            cure: "write {scope: …, writer: …, key: […], columns: {…}}"
        ),
        Refused(
            "is empty",
            "schema: corner\nversion: 1\ncurrency: CNY\ntables:\n  product:\n",
            line: 5,
            "table product: got nothing",
            cure: "write {scope: …, writer: …, key: […], columns: {…}}"
        ),
        Refused(
            "has no scope",
            document().replacing("    scope: network\n", with: ""),
            line: 5,
            "table product: a table needs scope",
            cure: "write scope: network, hub, {store: COLUMN}, {region: COLUMN} or {parent: TABLE, by: COLUMN}"
        ),
        Refused(
            "has no writer",
            document().replacing("    writer: hub\n", with: ""),
            line: 5,
            "table product: a table needs writer",
            cure: "write writer: hub, store or any: who may write is never left to chance"
        ),
        Refused(
            "has no key",
            document().replacing("    key: [sku]\n", with: ""),
            line: 5,
            "table product: a table needs key",
            cure: "write key: [COLUMN, …]"
        ),
        Refused(
            "has no columns",
            "schema: corner\nversion: 1\ncurrency: CNY\ntables:\n  product: {scope: network, writer: hub, key: [a]}\n",
            line: 5,
            "table product: a table needs columns",
            cure: "write columns: {NAME: {type: text}, …}"
        ),
        Refused(
            "has an empty list of columns",
            document(columns: []).replacing("columns:", with: "columns: {}"),
            line: 9,
            "table product: columns: the table has 0 columns",
            cure: "write 1 to 250"
        ),
        Refused(
            "has columns as a list",
            document(columns: ["- sku", "- name"]),
            line: 9,
            "table product: columns: got a list",
            cure: "write columns: {NAME: {type: text}, …}"
        ),
        Refused(
            "has 62 columns beside its key",
            document(columns: ["sku: {type: text}"] + (1...62).map { "c\($0): {type: text}" }),
            line: 9,
            "table product: 62 columns beside the key are more than 61",
            cure: "put some into a second table with the same key"
        ),
        Refused(
            "has 251 columns",
            document(columns: (1...251).map { "c\($0): {type: text}" }),
            line: 9,
            "table product: columns: the table has 251 columns",
            cure: "write 1 to 250"
        ),
        Refused(
            "mistypes a word",
            document(more: ["imutable: true"]),
            line: 12,
            "table product: a table has no word \"imutable\"",
            cure: "write immutable"
        ),
        Refused(
            "says unique",
            document(more: ["unique: [name]"]),
            line: 12,
            """
            table product: unique: two stores that cannot see each other may both take one value, \
            and neither is wrong
            """,
            cure: "make it the table's key, or show the doubles in a view named exception_…"
        ),
        Refused(
            "says foreign_key",
            document(more: ["foreign_key: {name: other}"]),
            line: 12,
            """
            table product: foreign_key: foreign keys are not enforced: rows arrive in the network's \
            order, and a delete may meet a child unseen
            """,
            cure: "write scope: {parent: TABLE, by: COLUMN} where the row follows its parent, else leave it out"
        ),
        Refused(
            "says primary_key",
            document(more: ["primary_key: [sku]"]),
            line: 12,
            "table product: primary_key: the key stands at the table",
            cure: "write key: [COLUMN, …] there"
        ),
        Refused(
            "says triggers",
            document(more: ["triggers: []"]),
            line: 12,
            "table product: triggers: a trigger would also run where the rows arrive, and so run twice",
            cure: "write effects: {insert: \"…\"}, which run at the writing node only"
        ),
        Refused(
            "says check",
            document(more: ["check: \"a < b\""]),
            line: 12,
            """
            table product: check: two valid halves may merge into a row that fails, so a check sees \
            one column
            """,
            cure: "write check in the column, and show what spans columns in a view named exception_…"
        ),
        Refused(
            "says merge",
            document(more: ["merge: last"]),
            line: 12,
            "table product: merge: each column merges by its own rule",
            cure: "write merge in the column"
        ),
        Refused(
            "says indexes",
            document(more: ["indexes: [name]"]),
            line: 12,
            "table product: indexes: indexes stand beside tables, not in one",
            cure: "write indexes: {NAME: {table: TABLE, columns: […]}} at the top"
        ),
        Refused(
            "is immutable in words",
            document(more: ["immutable: yes"]),
            line: 12,
            "table product: immutable: got a yes or no",
            cure: "write true or false, without quotes"
        ),
        Refused(
            "is immutable in quotes",
            document(more: ["immutable: \"true\""]),
            line: 12,
            "table product: immutable: got text",
            cure: "write true or false, without quotes"
        ),
    ]
}
