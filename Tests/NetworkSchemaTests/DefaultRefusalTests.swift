import NetworkSchema
import Testing

@Suite("A default is refused when a column")
struct DefaultRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "has a number as a text's default",
            column("note: {type: text, default: 5}"),
            line: 12,
            "table product: column note: default: got a number",
            cure: "put it in double quotes"
        ),
        Refused(
            "has a yes as a text's default",
            column("note: {type: text, default: yes}"),
            line: 12,
            "table product: column note: default: got a yes or no",
            cure: "put it in double quotes"
        ),
        Refused(
            "has NULL as its default",
            column("note: {type: text, default: null}"),
            line: 12,
            "table product: column note: default: got nothing",
            cure: "write text in double quotes"
        ),
        Refused(
            "has a text with a NUL as its default",
            column("note: {type: text, default: \"a\\0b\"}"),
            line: 12,
            "table product: column note: default: the text holds a NUL, which no client can read back",
            cure: "remove it"
        ),
        Refused(
            "has text as an integer's default",
            column("n: {type: integer, default: \"5\"}"),
            line: 12,
            "table product: column n: default: got text",
            cure: "write digits, without quotes"
        ),
        Refused(
            "has a decimal default",
            column("n: {type: integer, default: 1.5}"),
            line: 12,
            "table product: column n: default: got a decimal number",
            cure: "write a whole number (no floating point: quantities in thousandths, money in minor units)"
        ),
        Refused(
            "has now as a time's default",
            column("at: {type: time, default: now}"),
            line: 12,
            "table product: column at: default: got text",
            cure: "write digits, without quotes"
        ),
        Refused(
            "has a date as a time's default",
            column("at: {type: time, default: 2024-01-01}"),
            line: 12,
            "table product: column at: default: got a date",
            cure: "write a whole number"
        ),
        Refused(
            "has a number as a boolean's default",
            column("is_on: {type: boolean, default: 1}"),
            line: 12,
            "table product: column is_on: default: got a number",
            cure: "write true or false, without quotes"
        ),
        Refused(
            "has a default blob",
            column("photo: {type: blob, default: \"\"}"),
            line: 12,
            "table product: column photo: a blob has no default",
            cure: "leave default out"
        ),
        Refused(
            "has a default id",
            document(columns: ["sku: {type: id, default: \"a\"}"]),
            line: 10,
            "table product: column sku: an id makes its own value",
            cure: "leave default out, or write type: text"
        ),
        Refused(
            "has a default counter",
            column("n: {type: integer, merge: counter, default: 1}"),
            line: 12,
            "table product: column n: a counter begins at 0, and an insert counts from there",
            cure: "leave default out, and insert the value"
        ),
        Refused(
            "has a default first",
            column("n: {type: integer, merge: first, default: 1}"),
            line: 12,
            """
            table product: column n: merge: first keeps its first value, and a default would be that \
            value for ever
            """,
            cure: "leave default out, or write merge: last"
        ),
        Refused(
            "requires a counter",
            column("n: {type: integer, merge: counter, required: true}"),
            line: 12,
            "table product: column n: a counter begins at 0 and is never NULL",
            cure: "leave required out"
        ),
        Refused(
            "is required in words",
            column("n: {type: integer, required: yes}"),
            line: 12,
            "table product: column n: required: got a yes or no",
            cure: "write true or false, without quotes"
        ),
    ]
}
