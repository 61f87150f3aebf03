import NetworkSchema
import Testing

@Suite("A check or a generated column is refused when it")
struct ColumnSQLRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "checks a counter",
            column("n: {type: integer, merge: counter, check: \"n >= 0\"}"),
            line: 12,
            """
            table product: column n: two sums that pass a check add up to one that fails it, so a \
            counter has none
            """,
            cure: "write merge: escrow with a floor, or show it in a view named exception_…"
        ),
        Refused(
            "checks an escrow",
            column("n: {type: integer, merge: escrow, mint: hub, check: \"n >= 0\"}"),
            line: 12,
            """
            table product: column n: two sums that pass a check add up to one that fails it, so a \
            counter has none
            """,
            cure: "write merge: escrow with a floor, or show it in a view named exception_…"
        ),
        Refused(
            "checks another column",
            column("n: {type: integer, check: \"n > 0 OR name IS NULL\"}"),
            line: 12,
            "table product: column n: check names name: two valid halves may merge into a row that fails",
            cure: "check n alone, and show what spans columns in a view named exception_…"
        ),
        Refused(
            "checks only another column",
            column("n: {type: integer, check: \"length(name) > 0\"}"),
            line: 12,
            "table product: column n: check names name: two valid halves may merge into a row that fails",
            cure: "check n alone, and show what spans columns in a view named exception_…"
        ),
        Refused(
            "checks nothing of its own",
            column("n: {type: integer, check: \"1 = 1\"}"),
            line: 12,
            "table product: column n: check does not name its column",
            cure: "write a check of n"
        ),
        Refused(
            "checks a column that does not exist",
            column("price: {type: integer, check: \"pirce > 0\"}"),
            line: 12,
            "table product: column price: there is no column \"pirce\"",
            cure: "name one of sku, name, price"
        ),
        Refused(
            "checks with a query",
            column("n: {type: integer, check: \"n IN (SELECT 1)\"}"),
            line: 12,
            "table product: column n: a subquery looks at other rows",
            cure: "use this row's columns only"
        ),
        Refused(
            "checks with the clock",
            column("at: {type: time, check: \"at < unixepoch('now') * 1000\"}"),
            line: 12,
            "table product: column at: 'now' differs from node to node, or from moment to moment",
            cure: "let the application write the value into a column"
        ),
        Refused(
            "checks with the clock by its own name",
            column("at: {type: time, check: \"at < unixepoch()\"}"),
            line: 12,
            "table product: column at: unixepoch differs from node to node, or from moment to moment",
            cure: "let the application write the value into a column"
        ),
        Refused(
            "checks with the current time",
            column("at: {type: time, check: \"at < current_timestamp\"}"),
            line: 12,
            "table product: column at: current_timestamp differs from node to node, or from moment to moment",
            cure: "let the application write the value into a column"
        ),
        Refused(
            "checks by chance",
            column("n: {type: integer, check: \"n < random()\"}"),
            line: 12,
            "table product: column n: random differs from node to node, or from moment to moment",
            cure: "let the application write the value into a column"
        ),
        Refused(
            "checks against a text in double quotes",
            column("n: {type: text, check: 'n <> \"none\"'}"),
            line: 12,
            "table product: column n: there is no column \"none\", and double quotes are for names",
            cure: "put texts in single quotes"
        ),
        Refused(
            "checks through the table's name",
            column("n: {type: integer, check: \"product.n > 0\"}"),
            line: 12,
            "table product: column n: product. reaches beyond the row's own columns",
            cure: "name the column alone"
        ),
        Refused(
            "checks with a parameter",
            column("n: {type: integer, check: \"n > ?\"}"),
            line: 12,
            "table product: column n: check: \"?\" stands for a parameter, and nobody gives its value",
            cure: "write the value itself"
        ),
        Refused(
            "checks with an open bracket",
            column("n: {type: integer, check: \"(n > 0\"}"),
            line: 12,
            "table product: column n: check: a bracket ( is not closed",
            cure: "close it with )"
        ),
        Refused(
            "checks with a bracket too many",
            column("n: {type: integer, check: \"n > 0)\"}"),
            line: 12,
            "table product: column n: check: a bracket ) closes nothing",
            cure: "remove it, or open it"
        ),
        Refused(
            "checks with an open quote",
            column("n: {type: text, check: \"n <> 'x\"}"),
            line: 12,
            "table product: column n: check: a quote ' is opened and not closed",
            cure: "close it, or double it inside of quotes"
        ),
        Refused(
            "checks with a name closed twice",
            column("n: {type: integer, check: \"[n]] > 0\"}"),
            line: 12,
            "table product: column n: check: SQL has no character \"]\"",
            cure: "write plain ASCII outside of quotes, and straight quotes"
        ),
        Refused(
            "checks with a comment",
            column("n: {type: integer, check: \"n > 0 -- more\"}"),
            line: 12,
            "table product: column n: check: a -- comment would swallow what follows when lines are joined",
            cure: "write /* … */, or a YAML comment"
        ),
        Refused(
            "checks with an open comment",
            column("n: {type: integer, check: \"n > 0 /* more\"}"),
            line: 12,
            "table product: column n: check: a comment does not end",
            cure: "close it with */"
        ),
        Refused(
            "checks with a semicolon",
            column("n: {type: integer, check: \"n > 0;\"}"),
            line: 12,
            "table product: column n: check: a semicolon ends a statement, and only one may stand here",
            cure: "leave it out, and write a list for several effects"
        ),
        Refused(
            "checks with Chinese punctuation",
            column("n: {type: integer, check: \"n > 0 ，\"}"),
            line: 12,
            "table product: column n: check: SQL has no character \"，\"",
            cure: "write plain ASCII outside of quotes, and straight quotes"
        ),
        Refused(
            "checks with nothing",
            column("n: {type: integer, check: \"  \"}"),
            line: 12,
            "table product: column n: check: there is no SQL",
            cure: "write it, or leave the word out"
        ),
        Refused(
            "checks with a truth",
            column("n: {type: boolean, check: true}"),
            line: 12,
            "table product: column n: check: got a yes or no",
            cure: "put it in double quotes"
        ),
        Refused(
            "checks with a list",
            column("n: {type: boolean, check: [a, b]}"),
            line: 12,
            "table product: column n: check: got a list",
            cure: "write a SQL expression in double quotes"
        ),
        Refused(
            "checks with too much",
            column("n: {type: integer, check: \"n > 0\(String(repeating: " AND n > 0", count: 7000))\"}"),
            line: 12,
            "table product: column n: check: 70005 bytes of SQL are more than 65536",
            cure: "shorten it"
        ),
        Refused(
            "is generated and has a default",
            column("n: {type: text, generated: \"name\", default: \"x\"}"),
            line: 12,
            """
            table product: column n: a generated column is computed at every node and never written, \
            so it has no default
            """,
            cure: "leave default out"
        ),
        Refused(
            "is generated and merges",
            column("n: {type: text, generated: \"name\", merge: last}"),
            line: 12,
            """
            table product: column n: a generated column is computed at every node and never written, \
            so it has no merge
            """,
            cure: "leave merge out"
        ),
        Refused(
            "is generated and checked",
            column("n: {type: text, generated: \"name\", check: \"n > ''\"}"),
            line: 12,
            """
            table product: column n: a generated column is computed at every node and never written, \
            so it has no check
            """,
            cure: "leave check out"
        ),
        Refused(
            "is generated and has a writer",
            column("n: {type: text, generated: \"name\", writer: hub}"),
            line: 12,
            """
            table product: column n: a generated column is computed at every node and never written, \
            so it has no writer
            """,
            cure: "leave writer out"
        ),
        Refused(
            "is generated and required",
            column("n: {type: text, generated: \"name\", required: true}"),
            line: 12,
            """
            table product: column n: a generated column is computed at every node and never written, \
            so it has no required
            """,
            cure: "leave required out"
        ),
        Refused(
            "is a generated id",
            column("n: {type: id, generated: \"name\"}"),
            line: 12,
            "table product: column n: a generated column makes no id",
            cure: "write type: text"
        ),
        Refused(
            "is generated from itself",
            column("n: {type: text, generated: \"n || name\"}"),
            line: 12,
            "table product: column n: n is computed from itself",
            cure: "name other columns"
        ),
        Refused(
            "is generated from what does not exist",
            column("n: {type: text, generated: \"nmae || 'x'\"}"),
            line: 12,
            "table product: column n: there is no column \"nmae\"",
            cure: "name one of sku, name, n"
        ),
        Refused(
            "is generated from a generated column",
            document(columns: [
                "sku: {type: text}", "a: {type: text, generated: \"sku\"}", "b: {type: text, generated: \"a\"}",
            ]),
            line: 12,
            "table product: column b: a is itself generated",
            cure: "write its expression out here"
        ),
        Refused(
            "is generated with the clock",
            column("n: {type: integer, generated: \"julianday('NOW') - length(name)\"}"),
            line: 12,
            "table product: column n: 'NOW' differs from node to node, or from moment to moment",
            cure: "let the application write the value into a column"
        ),
        Refused(
            "is generated in local time",
            column("n: {type: text, generated: \"datetime(name, 'localtime')\"}"),
            line: 12,
            "table product: column n: 'localtime' differs from node to node, or from moment to moment",
            cure: "let the application write the value into a column"
        ),
    ]
}
