import NetworkSchema
import Testing

@Suite("A column is refused when it")
struct ColumnRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "has a capital in its name",
            column("Price: {type: integer}"),
            line: 12,
            "table product: \"Price\" is no name for a column",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "is only a type",
            column("price: integer"),
            line: 12,
            "table product: column price: got text",
            cure: "write {type: text}"
        ),
        Refused(
            "is empty",
            column("price:"),
            line: 12,
            "table product: column price: got nothing",
            cure: "write {type: text}"
        ),
        Refused(
            "has no type",
            column("price: {merge: last}"),
            line: 12,
            "table product: column price: a column needs type",
            cure: "write type: text, integer, boolean, time, blob or id"
        ),
        Refused(
            "mistypes its type",
            column("price: {type: integr}"),
            line: 12,
            "table product: column price: type: there is no type \"integr\"",
            cure: "write integer"
        ),
        Refused(
            "is a real",
            column("price: {type: real}"),
            line: 12,
            "table product: column price: type: there is no type \"real\"",
            cure: "no floating point: use integer thousandths or minor units, type: integer"
        ),
        Refused(
            "is a decimal",
            column("price: {type: DECIMAL}"),
            line: 12,
            "table product: column price: type: there is no type \"DECIMAL\"",
            cure: "no floating point: use integer thousandths or minor units, type: integer"
        ),
        Refused(
            "is a string",
            column("note: {type: string}"),
            line: 12,
            "table product: column note: type: there is no type \"string\"",
            cure: "write type: text"
        ),
        Refused(
            "is an int",
            column("price: {type: int}"),
            line: 12,
            "table product: column price: type: there is no type \"int\"",
            cure: "write type: integer"
        ),
        Refused(
            "is a bool",
            column("is_on: {type: bool}"),
            line: 12,
            "table product: column is_on: type: there is no type \"bool\"",
            cure: "write type: boolean"
        ),
        Refused(
            "is a timestamp",
            column("at: {type: timestamp}"),
            line: 12,
            "table product: column at: type: there is no type \"timestamp\"",
            cure: "write type: time: milliseconds since 1970 UTC"
        ),
        Refused(
            "is a uuid",
            column("maker: {type: uuid}"),
            line: 12,
            "table product: column maker: type: there is no type \"uuid\"",
            cure: "write type: id, or type: text where it refers to another row"
        ),
        Refused(
            "is bytes",
            column("photo: {type: bytes}"),
            line: 12,
            "table product: column photo: type: there is no type \"bytes\"",
            cure: "write type: blob"
        ),
        Refused(
            "has a list as its type",
            column("price: {type: [integer, text]}"),
            line: 12,
            "table product: column price: type: got a list",
            cure: "write text, integer, boolean, time, blob or id"
        ),
        Refused(
            "mistypes a word",
            column("price: {type: integer, defualt: 0}"),
            line: 12,
            "table product: column price: a column has no word \"defualt\"",
            cure: "write default"
        ),
        Refused(
            "says unique",
            column("price: {type: integer, unique: true}"),
            line: 12,
            """
            table product: column price: unique: two stores that cannot see each other may both take \
            one value, and neither is wrong
            """,
            cure: "make it the table's key, or show the doubles in a view named exception_…"
        ),
        Refused(
            "says references",
            column("maker: {type: text, references: maker}"),
            line: 12,
            """
            table product: column maker: references: foreign keys are not enforced: rows arrive in \
            the network's order, and a delete may meet a child unseen
            """,
            cure: "write scope: {parent: TABLE, by: COLUMN} where the row follows its parent, else leave it out"
        ),
        Refused(
            "says nullable",
            column("price: {type: integer, nullable: false}"),
            line: 12,
            "table product: column price: nullable: columns hold NULL unless they are required",
            cure: "write required: true, or leave it out"
        ),
        Refused(
            "says autoincrement",
            column("number: {type: integer, autoincrement: true}"),
            line: 12,
            """
            table product: column number: autoincrement: two stores that cannot see each other would \
            draw the same number
            """,
            cure: "write type: id"
        ),
        Refused(
            "says primary_key",
            column("number: {type: integer, primary_key: true}"),
            line: 12,
            "table product: column number: primary_key: the key stands at the table",
            cure: "write key: [COLUMN, …] there"
        ),
        Refused(
            "says length",
            column("note: {type: text, length: 40}"),
            line: 12,
            "table product: column note: length: is not a word of the format",
            cure: "write a check, such as check: \"length(COLUMN) <= 40\""
        ),
        Refused(
            "says collate",
            column("note: {type: text, collate: nocase}"),
            line: 12,
            "table product: column note: collate: texts compare as bytes, at every node alike",
            cure: "leave it out, and sort in the query"
        ),
        Refused(
            "says enum",
            column("size: {type: text, enum: [s, m]}"),
            line: 12,
            "table product: column size: enum: a list of values is a check",
            cure: "write check: \"COLUMN IN ('a', 'b')\""
        ),
        Refused(
            "says scale",
            column("price: {type: integer, scale: 2}"),
            line: 12,
            "table product: column price: scale: there is no floating point",
            cure: "write type: integer, in thousandths or minor units of the currency"
        ),
    ]
}
