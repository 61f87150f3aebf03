import NetworkSchema
import Testing

@Suite("Views and indexes are refused when")
struct ViewRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "a view is a list",
            document(top: ["views: [a, b]"]),
            line: 12,
            "views: got a list",
            cure: "write views: {NAME: \"SELECT …\"}"
        ),
        Refused(
            "a view is a mapping",
            document(top: ["views: {cheap: {select: \"SELECT 1\"}}"]),
            line: 12,
            "view cheap: got a mapping",
            cure: "write a query: SELECT … in double quotes"
        ),
        Refused(
            "a view has a bad name",
            document(top: ["views: {Cheap: \"SELECT 1\"}"]),
            line: 12,
            "\"Cheap\" is no name for a view",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "a view changes something",
            document(top: ["views: {cheap: \"DELETE FROM product\"}"]),
            line: 12,
            "view cheap: a view is a query",
            cure: "begin it with SELECT or WITH"
        ),
        Refused(
            "a view ends in a semicolon",
            document(top: ["views: {cheap: \"SELECT 1;\"}"]),
            line: 12,
            "view cheap: a semicolon ends a statement, and only one may stand here",
            cure: "leave it out, and write a list for several effects"
        ),
        Refused(
            "a view is in brackets",
            document(top: ["views: {cheap: \"(SELECT 1)\"}"]),
            line: 12,
            "view cheap: a view is a query",
            cure: "begin it with SELECT or WITH"
        ),
        Refused(
            "a view is empty",
            document(top: ["views: {cheap: \"\"}"]),
            line: 12,
            "view cheap: there is no SQL",
            cure: "write it, or leave the word out"
        ),
        Refused(
            "a view has a parameter",
            document(top: ["views: {cheap: \"SELECT $1\"}"]),
            line: 12,
            "view cheap: \"$\" stands for a parameter, and nobody gives its value",
            cure: "write the value itself"
        ),
        Refused(
            "a view reads a table that does not exist",
            document(top: ["views: {cheap: \"SELECT * FROM prodcut\"}"]),
            line: 12,
            "view cheap: there is no table or view \"prodcut\"",
            cure: "read product"
        ),
        Refused(
            "a view reads under another name a table that does not exist",
            document(top: ["views: {cheap: \"SELECT * FROM prodcut AS p\"}"]),
            line: 12,
            "view cheap: there is no table or view \"prodcut\"",
            cure: "read product"
        ),
        Refused(
            "a view joins a table that does not exist",
            document(top: ["views: {cheap: \"SELECT * FROM product JOIN maker USING (sku)\"}"]),
            line: 12,
            "view cheap: there is no table or view \"maker\"",
            cure: "read one of product, cheap"
        ),
        Refused(
            "a view reads itself",
            document(top: ["views: {cheap: \"SELECT * FROM cheap\"}"]),
            line: 12,
            "view cheap: the views run in a circle: cheap → cheap",
            cure: "let one of them read tables only"
        ),
        Refused(
            "views read each other",
            document(top: ["views: {a: \"SELECT * FROM b\", b: \"SELECT * FROM a\"}"]),
            line: 12,
            "view a: the views run in a circle: a → b → a",
            cure: "let one of them read tables only"
        ),
        Refused(
            "a view has the name of a table",
            document(top: ["views: {product: \"SELECT 1\"}"]),
            line: 12,
            "view product: a table has this name already",
            cure: "choose another name for the view"
        ),
        Refused(
            "a view is named old",
            document(top: ["views: {old: \"SELECT 1\"}"]),
            line: 12,
            "view old: OLD is a row in effects and in ON CONFLICT",
            cure: "choose another name for the view"
        ),
        Refused(
            "an index has the name of a table",
            document(top: ["indexes: {product: {table: product, columns: [name]}}"]),
            line: 12,
            "index product: a table has this name already",
            cure: "choose another name for the index"
        ),
        Refused(
            "an index has the name of a view",
            document(top: ["views: {by_name: \"SELECT 1\"}", "indexes: {by_name: {table: product, columns: [name]}}"]),
            line: 13,
            "index by_name: a view has this name already",
            cure: "choose another name for the index"
        ),
        Refused(
            "an index is only a list",
            document(top: ["indexes: {by_name: [name]}"]),
            line: 12,
            "index by_name: got a list",
            cure: "write {table: TABLE, columns: [COLUMN, …]}"
        ),
        Refused(
            "an index has no table",
            document(top: ["indexes: {by_name: {columns: [name]}}"]),
            line: 12,
            "index by_name: an index needs table",
            cure: "write table: TABLE"
        ),
        Refused(
            "an index has no columns",
            document(top: ["indexes: {by_name: {table: product}}"]),
            line: 12,
            "index by_name: an index needs columns",
            cure: "write columns: [COLUMN, …]"
        ),
        Refused(
            "an index has an empty list of columns",
            document(top: ["indexes: {by_name: {table: product, columns: []}}"]),
            line: 12,
            "index by_name: the list is empty",
            cure: "name the columns to search by"
        ),
        Refused(
            "an index has a word for columns",
            document(top: ["indexes: {by_name: {table: product, columns: name}}"]),
            line: 12,
            "index by_name: columns: got text",
            cure: "write columns: [COLUMN, …]"
        ),
        Refused(
            "an index is of no table",
            document(top: ["indexes: {by_name: {table: prodct, columns: [name]}}"]),
            line: 12,
            "index by_name: there is no table \"prodct\"",
            cure: "write product"
        ),
        Refused(
            "an index names no column",
            document(top: ["indexes: {by_name: {table: product, columns: [nam]}}"]),
            line: 12,
            "index by_name: columns: table product has no column \"nam\"",
            cure: "write name"
        ),
        Refused(
            "an index names a column twice",
            document(top: ["indexes: {by_name: {table: product, columns: [name, name]}}"]),
            line: 12,
            "index by_name: columns: name stands twice",
            cure: "write each column once"
        ),
        Refused(
            "an index sorts downwards",
            document(top: ["indexes: {by_name: {table: product, columns: [name desc]}}"]),
            line: 12,
            "index by_name: \"name desc\" is no name for a column",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "an index is unique",
            document(top: ["indexes: {by_name: {table: product, columns: [name], unique: true}}"]),
            line: 12,
            """
            index by_name: unique: two stores that cannot see each other may both take one value, \
            and neither is wrong
            """,
            cure: "make it the table's key, or show the doubles in a view named exception_…"
        ),
        Refused(
            "an index is partial",
            document(top: ["indexes: {by_name: {table: product, columns: [name], where: \"name > ''\"}}"]),
            line: 12,
            "index by_name: where: an index holds all rows",
            cure: "leave it out"
        ),
    ]
}
