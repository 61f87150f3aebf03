import NetworkSchema
import Testing

@Suite("A key, a group or an immutable table is refused when it")
struct KeyRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "has a key of one word",
            document(key: "sku"),
            line: 8,
            "table product: key: got text",
            cure: "write key: [COLUMN, …]"
        ),
        Refused(
            "has an empty key",
            document(key: "[]"),
            line: 8,
            "table product: key: a row without a key cannot be told from another",
            cure: "write key: [COLUMN, …]"
        ),
        Refused(
            "has a key that names no column",
            document(key: "[skuu]"),
            line: 8,
            "table product: key: table product has no column \"skuu\"",
            cure: "write sku"
        ),
        Refused(
            "has a key that names a column twice",
            document(key: "[sku, sku]"),
            line: 8,
            "table product: key: sku stands twice",
            cure: "write each key column once"
        ),
        Refused(
            "has a blob as its key",
            document(columns: ["sku: {type: blob}"]),
            line: 10,
            "table product: column sku: a blob cannot be a key, because keys are written as JSON",
            cure: "write type: text, and keep the bytes as hexadecimal digits"
        ),
        Refused(
            "has a key with a merge rule",
            document(columns: ["sku: {type: text, merge: last}"]),
            line: 10,
            "table product: column sku: merge: keys are never updated, so nothing merges",
            cure: "leave merge out"
        ),
        Refused(
            "has a counter in its key",
            document(columns: ["sku: {type: integer, merge: counter}"]),
            line: 10,
            "table product: column sku: merge: keys are never updated, so nothing merges",
            cure: "leave merge out"
        ),
        Refused(
            "has a generated key",
            document(columns: ["sku: {type: text, generated: \"name\"}", "name: {type: text}"]),
            line: 10,
            "table product: column sku: generated: a key is written, not computed",
            cure: "leave generated out"
        ),
        Refused(
            "has a key that may be NULL",
            document(columns: ["sku: {type: text, required: false}"]),
            line: 10,
            "table product: column sku: a key column is never NULL",
            cure: "leave required out"
        ),
        Refused(
            "has a key column with a writer of its own",
            document(columns: ["sku: {type: text, writer: hub}"]),
            line: 10,
            "table product: column sku: writer: the key is written with the row, by the table's writer",
            cure: "leave writer out"
        ),
        Refused(
            "has rights and a key named like a column of theirs",
            document(
                scope: "{store: node}",
                writer: "store",
                key: "[node]",
                columns: ["node: {type: text}", "n: {type: integer, merge: escrow}"]
            ),
            line: 10,
            "table product: column node: the table of rights has a column of this name beside the key",
            cure: "choose another name for the key column"
        ),
        Refused(
            "has an id beside its key",
            column("maker_id: {type: id}"),
            line: 12,
            "table product: column maker_id: an id makes up its own value, and here it is not the key",
            cure: "write type: text for a column that refers to another row"
        ),
        Refused(
            "is of one store and keyed by neither it nor an id",
            document(scope: "{store: name}", writer: "store"),
            line: 8,
            "table product: two stores that cannot see each other may make the same key for two rows",
            cure: "add name to the key, or make the key a column of type: id"
        ),
        Refused(
            "is of one store, written by the hub and keyed by neither it nor an id",
            document(scope: "{store: name}"),
            line: 8,
            "table product: two stores that cannot see each other may make the same key for two rows",
            cure: "add name to the key, or make the key a column of type: id"
        ),
        Refused(
            "is of two stores and keyed by neither nor an id",
            column("to_store: {type: text}", scope: "[{store: name}, {store: to_store}]", writer: "any"),
            line: 8,
            "table product: two stores that cannot see each other may make the same key for two rows",
            cure: "add name or to_store to the key, or make the key a column of type: id"
        ),
        Refused(
            "is of a region, written by stores and keyed by neither it nor an id",
            document(scope: "{region: name}", writer: "any"),
            line: 8,
            "table product: two stores that cannot see each other may make the same key for two rows",
            cure: "add name to the key, or make the key a column of type: id"
        ),
        Refused(
            "groups a column that does not exist",
            document(more: ["together: [name, price]"]),
            line: 12,
            "table product: together: table product has no column \"price\"",
            cure: "write one of sku, name"
        ),
        Refused(
            "groups one column",
            document(more: ["together: [name]"]),
            line: 12,
            "table product: together: a group of 1 shares nothing",
            cure: "name two columns or more"
        ),
        Refused(
            "groups a key column",
            document(more: ["together: [sku, name]"]),
            line: 12,
            "table product: sku is of the key, and only columns of merge: last share a cell",
            cure: "take it out of the group"
        ),
        Refused(
            "groups columns by a word",
            document(more: ["together: name"]),
            line: 12,
            "table product: together: got text",
            cure: "write together: [[COLUMN, COLUMN], …]"
        ),
        Refused(
            "groups one column twice",
            document(
                columns: ["sku: {type: text}", "a: {type: text}", "b: {type: text}", "c: {type: text}"],
                more: ["together: [[a, b], [b, c]]"]
            ),
            line: 14,
            "table product: together: b stands in two groups, and a column has one cell",
            cure: "make the two one group"
        ),
        Refused(
            "groups a column with itself",
            document(more: ["together: [[name, name]]"]),
            line: 12,
            "table product: together: name stands twice",
            cure: "write each column once"
        ),
        Refused(
            "groups columns and groups",
            document(
                columns: ["sku: {type: text}", "a: {type: text}", "b: {type: text}", "c: {type: text}"],
                more: ["together: [[a, b], c]"]
            ),
            line: 14,
            "table product: together: got text",
            cure: "write a list of columns"
        ),
        Refused(
            "groups a counter",
            document(
                columns: ["sku: {type: text}", "a: {type: text}", "n: {type: integer, merge: counter}"],
                more: ["together: [a, n]"]
            ),
            line: 13,
            "table product: n has a merge rule of its own, and only columns of merge: last share a cell",
            cure: "take it out of the group"
        ),
        Refused(
            "groups a generated column",
            document(
                columns: ["sku: {type: text}", "a: {type: text}", "b: {type: text, generated: \"upper(a)\"}"],
                more: ["together: [a, b]"]
            ),
            line: 13,
            "table product: b is generated, and only columns of merge: last share a cell",
            cure: "take it out of the group"
        ),
        Refused(
            "groups columns of two writers",
            document(
                columns: ["sku: {type: text}", "a: {type: text}", "b: {type: text, writer: any}"],
                more: ["together: [a, b]"]
            ),
            line: 13,
            "table product: the columns of one cell have different writers",
            cure: "give them one writer, or part the group"
        ),
        Refused(
            "is immutable with a counter",
            document(columns: ["sku: {type: text}", "n: {type: integer, merge: counter}"], more: ["immutable: true"]),
            line: 11,
            """
            table product: column n: rows of an immutable table are only inserted, so nothing is \
            left to merge
            """,
            cure: "leave merge out, or immutable: true"
        ),
        Refused(
            "is immutable with a first",
            document(columns: ["sku: {type: text}", "at: {type: time, merge: first}"], more: ["immutable: true"]),
            line: 11,
            """
            table product: column at: rows of an immutable table are only inserted, so nothing is \
            left to merge
            """,
            cure: "leave merge out, or immutable: true"
        ),
        Refused(
            "is immutable with a column's own writer",
            document(columns: ["sku: {type: text}", "at: {type: time, writer: any}"], more: ["immutable: true"]),
            line: 11,
            """
            table product: column at: rows of an immutable table are written once, whole, by the \
            table's writer
            """,
            cure: "leave writer out, or put the column into a table of its own"
        ),
        Refused(
            "is immutable with columns together",
            document(
                columns: ["sku: {type: text}", "a: {type: text}", "b: {type: text}"],
                more: ["immutable: true", "together: [a, b]"]
            ),
            line: 14,
            "table product: a row of an immutable table is one cell already",
            cure: "leave together out"
        ),
        Refused(
            "is immutable with an effect on delete",
            document(more: ["immutable: true", "effects: {delete: \"DELETE FROM product WHERE sku = OLD.sku\"}"]),
            line: 13,
            "table product: effect on delete: rows of an immutable table are never deleted and never change",
            cure: "hang the effect on insert"
        ),
    ]
}
