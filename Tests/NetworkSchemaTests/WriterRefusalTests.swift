import NetworkSchema
import Testing

@Suite("Who writes, and who may raise rights: a document is refused when")
struct WriterRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "the writer is a mistyped word",
            document(writer: "hb"),
            line: 7,
            "table product: writer: there is no writer \"hb\"",
            cure: "write hub"
        ),
        Refused(
            "the writer is both",
            document(writer: "both"),
            line: 7,
            "table product: writer: there is no writer \"both\"",
            cure: "write any: the hub, or a store in the row's scope"
        ),
        Refused(
            "the writer is a list",
            document(writer: "[hub, store]"),
            line: 7,
            "table product: writer: got a list",
            cure: "write hub, store, any or {store: COLUMN}"
        ),
        Refused(
            "the writer is a region",
            document(writer: "{region: name}"),
            line: 7,
            "table product: writer: region: a region has no node of its own to write",
            cure: "write hub, store, any or {store: COLUMN}"
        ),
        Refused(
            "the writer names no column",
            document(writer: "{store: nam}"),
            line: 7,
            "table product: writer: store: table product has no column \"nam\"",
            cure: "write name"
        ),
        Refused(
            "the writer's column is an integer",
            column("n: {type: integer}", writer: "{store: n}"),
            line: 7,
            "table product: writer: n must be text to name a store or a region, got integer",
            cure: "write type: text in n"
        ),
        Refused(
            "the writer's column is generated",
            column("n: {type: text, generated: \"name\"}", writer: "{store: n}"),
            line: 7,
            "table product: writer: n is generated, and who receives a row must be written in it",
            cure: "name a column that is written"
        ),
        Refused(
            "the writing store does not receive the row",
            document(scope: "{store: sku}", writer: "{store: name}"),
            line: 7,
            "table product: the store that name names does not receive the row",
            cure: "name sku, or add {store: name} to scope"
        ),
        Refused(
            "a column's writing store does not receive the row",
            column("n: {type: text, writer: {store: name}}", scope: "{store: sku}"),
            line: 12,
            "table product: column n: the store that name names does not receive the row",
            cure: "name sku, or add {store: name} to scope"
        ),
        Refused(
            "rows stay at the hub and stores write",
            document(scope: "hub", writer: "any"),
            line: 7,
            "table product: rows of scope hub reach no store, so only the hub can write them",
            cure: "write writer: hub, or another scope"
        ),
        Refused(
            "rows stay at the hub and a column's writer is a store",
            column("n: {type: text, writer: any}", scope: "hub"),
            line: 12,
            "table product: column n: rows of scope hub reach no store, so only the hub can write them",
            cure: "leave writer out"
        ),
        Refused(
            "a parent's rows stay at the hub and stores write its children",
            document(scope: "hub", top: child(of: "product", named: "photo", writer: "any")),
            line: 14,
            "table photo: rows of scope hub reach no store, so only the hub can write them",
            cure: "write writer: hub, or another scope"
        ),
        Refused(
            "who inserts cannot give a required column its value",
            column("n: {type: text, required: true, writer: store}"),
            line: 12,
            """
            table product: column n: who inserts the row may not write this column, and so cannot \
            give it a value
            """,
            cure: "write a default, or leave required out"
        ),
        Refused(
            "who may raise a column is not said in a network's rows",
            column("n: {type: integer, merge: escrow}", writer: "any"),
            line: 12,
            """
            table product: column n: only the store of a row may raise its escrow column, and these \
            rows belong to no one store
            """,
            cure: "write mint: hub, or mint: {store: COLUMN}"
        ),
        Refused(
            "who may raise a column is not said in a region's rows",
            column("n: {type: integer, merge: escrow}", scope: "{region: sku}", writer: "any"),
            line: 12,
            """
            table product: column n: only the store of a row may raise its escrow column, and these \
            rows belong to no one store
            """,
            cure: "write mint: hub, or mint: {store: COLUMN}"
        ),
        Refused(
            "only the hub may write a store's rights",
            column("n: {type: integer, merge: escrow}", scope: "{store: sku}"),
            line: 12,
            """
            table product: column n: only the store of the row may raise the column, and only the \
            hub may write it
            """,
            cure: "write mint: hub, or writer: any"
        ),
        Refused(
            "who may raise a column may not write it",
            column("n: {type: integer, merge: escrow, mint: hub}", scope: "{store: sku}", writer: "store"),
            line: 12,
            "table product: column n: who may raise the column may not write it",
            cure: "write writer: any in the column, or another mint"
        ),
        Refused(
            "who may raise a column does not receive the row",
            column("n: {type: integer, merge: escrow, mint: {store: name}}", scope: "{store: sku}", writer: "store"),
            line: 12,
            "table product: column n: the store that name names does not receive the row",
            cure: "name sku, or add {store: name} to scope"
        ),
        Refused(
            "a share is of rows that every store has",
            column("n: {type: integer, merge: escrow, mint: hub, share: {hub: 30}}"),
            line: 12,
            """
            table product: column n: share parts the units between the hub and the one store of a \
            row, and these rows have not one store
            """,
            cure: "leave share out, and move rights by linli_grant"
        ),
        Refused(
            "a share is of rows of two stores",
            column(
                "n: {type: integer, merge: escrow, share: {hub: 30}}",
                scope: "[{store: sku}, {store: name}]",
                writer: "any"
            ),
            line: 12,
            """
            table product: column n: share parts the units between the hub and the one store of a \
            row, and these rows have not one store
            """,
            cure: "leave share out, and move rights by linli_grant"
        ),
    ]
}
