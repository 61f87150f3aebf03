import NetworkSchema
import Testing

@Suite("Who receives a row: a document is refused when")
struct ScopeRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "the scope is a mistyped word",
            document(scope: "netwrok"),
            line: 6,
            "table product: scope: there is no scope \"netwrok\"",
            cure: "write network"
        ),
        Refused(
            "the scope is all",
            document(scope: "all"),
            line: 6,
            "table product: scope: there is no scope \"all\"",
            cure: "write network"
        ),
        Refused(
            "the scope is store alone",
            document(scope: "store"),
            line: 6,
            "table product: scope: which store is not said",
            cure: "write {store: COLUMN}"
        ),
        Refused(
            "the scope is region alone",
            document(scope: "region"),
            line: 6,
            "table product: scope: which region is not said",
            cure: "write {region: COLUMN}"
        ),
        Refused(
            "the scope is parent alone",
            document(scope: "parent"),
            line: 6,
            "table product: scope: which parent is not said",
            cure: "write {parent: TABLE, by: COLUMN}"
        ),
        Refused(
            "the scope is nothing",
            document(scope: ""),
            line: 6,
            "table product: scope: got nothing",
            cure: "write network, hub, {store: COLUMN}, {region: COLUMN} or {parent: TABLE, by: COLUMN}"
        ),
        Refused(
            "the scope is an empty list",
            document(scope: "[]"),
            line: 6,
            "table product: scope: the list has 0 scopes",
            cure: "write 1 to 16, or scope: network"
        ),
        Refused(
            "the scope is a list with network",
            document(scope: "[network, {store: sku}]"),
            line: 6,
            "table product: scope: network (every store) leaves nothing to the others",
            cure: "write it alone, or leave it out of the list"
        ),
        Refused(
            "the scope is a list with hub",
            document(scope: "[hub, {store: sku}]"),
            line: 6,
            "table product: scope: hub (no store) leaves nothing to the others",
            cure: "write it alone, or leave it out of the list"
        ),
        Refused(
            "the scope is a list in a list",
            document(scope: "[[network]]"),
            line: 6,
            "table product: scope: got a list",
            cure: "write network, hub, {store: COLUMN}, {region: COLUMN} or {parent: TABLE, by: COLUMN}"
        ),
        Refused(
            "one scope stands twice",
            document(scope: "[{store: sku}, {store: sku}]"),
            line: 6,
            "table product: scope: one scope stands twice",
            cure: "write it once"
        ),
        Refused(
            "there are 17 scopes",
            document(
                scope: "[\((1...17).map { "{store: c\($0)}" }.joined(separator: ", "))]",
                columns: (1...17).map { "c\($0): {type: text}" }
            ),
            line: 6,
            "table product: scope: the list has 17 scopes",
            cure: "write 1 to 16, or scope: network"
        ),
        Refused(
            "a scope names two things",
            document(scope: "{store: sku, region: name}"),
            line: 6,
            "table product: scope: store: one scope has one of store, region and parent",
            cure: "write a list where several receive the row: scope: [{store: from_store}, {store: to_store}]"
        ),
        Refused(
            "a scope has a word of nobody's",
            document(scope: "{shop: sku}"),
            line: 6,
            "table product: scope: a store scope has no word \"shop\"",
            cure: "write store"
        ),
        Refused(
            "a scope is an empty mapping",
            document(scope: "{}"),
            line: 6,
            "table product: scope: a store scope needs store",
            cure: "write store: COLUMN"
        ),
        Refused(
            "a scope names no column",
            document(scope: "{store: stor_id}"),
            line: 6,
            "table product: scope: store: table product has no column \"stor_id\"",
            cure: "write one of sku, name"
        ),
        Refused(
            "a scope names a list",
            document(scope: "{store: [sku, name]}"),
            line: 6,
            "table product: scope: store: got a list",
            cure: "write a column"
        ),
        Refused(
            "a store scope is an integer",
            column("store_number: {type: integer}", scope: "{store: store_number}"),
            line: 6,
            "table product: scope: store_number must be text to name a store or a region, got integer",
            cure: "write type: text in store_number"
        ),
        Refused(
            "a region scope is a time",
            column("at: {type: time}", scope: "{region: at}"),
            line: 6,
            "table product: scope: at must be text to name a store or a region, got time",
            cure: "write type: text in at"
        ),
        Refused(
            "a store scope is an id",
            document(scope: "{store: sku}", columns: ["sku: {type: id}"]),
            line: 6,
            "table product: scope: sku must be text to name a store or a region, got id",
            cure: "write type: text in sku"
        ),
        Refused(
            "a store scope is generated",
            column("shop: {type: text, generated: \"name\"}", scope: "{store: shop}"),
            line: 6,
            "table product: scope: shop is generated, and who receives a row must be written in it",
            cure: "name a column that is written"
        ),
        Refused(
            "a parent does not exist",
            document(scope: "{parent: makr, by: name}"),
            line: 6,
            "table product: scope: there is no table \"makr\"",
            cure: "write product"
        ),
        Refused(
            "a parent scope has no by",
            document(scope: "{parent: product}"),
            line: 6,
            "table product: scope: a parent scope needs by",
            cure: "write by: COLUMN"
        ),
        Refused(
            "a parent scope has no parent",
            document(scope: "{by: name}"),
            line: 6,
            "table product: scope: a parent scope needs parent",
            cure: "write parent: TABLE"
        ),
        Refused(
            "a parent scope names no column",
            document(scope: "{parent: product, by: nme}"),
            line: 6,
            "table product: scope: by: table product has no column \"nme\"",
            cure: "write name"
        ),
        Refused(
            "a table is its own parent",
            document(scope: "{parent: product, by: name}"),
            line: 6,
            "table product: the parents run in a circle: product → product",
            cure: "give one of them a scope of its own"
        ),
        Refused(
            "the parents run in a circle",
            document(scope: "{parent: maker, by: name}", top: child(of: "product", named: "maker")),
            line: 6,
            "table product: the parents run in a circle: product → maker → product",
            cure: "give one of them a scope of its own"
        ),
        Refused(
            "a parent has a key of two columns",
            document(key: "[sku, name]", top: child(of: "product", named: "photo")),
            line: 13,
            "table photo: scope: the key of product has 2 columns, and one column cannot name its row",
            cure: "write the scope of product here too, or give product a key of one column"
        ),
        Refused(
            "a child's column is not of the parent's type",
            document(columns: ["sku: {type: integer}"], top: child(of: "product", named: "photo")),
            line: 12,
            "table photo: scope: parent is text, and the key of product is integer",
            cure: "write type: integer in parent"
        ),
        Refused(
            "a child names its parent by an id",
            document(top: [
                "  photo:", "    scope: {parent: product, by: parent}", "    writer: hub", "    key: [parent]",
                "    columns:", "      parent: {type: id}",
            ]),
            line: 17,
            """
            table photo: column parent: an id makes up its own value, and would name a parent that \
            does not exist
            """,
            cure: "write type: text"
        ),
        Refused(
            "a child names its parent by a counter",
            document(
                columns: ["sku: {type: integer}"],
                top: child(of: "product", named: "photo", by: "{type: integer, merge: counter}")
            ),
            line: 12,
            "table photo: scope: parent is merged, and a parent is chosen",
            cure: "name a column that is written, of merge: last or first"
        ),
        Refused(
            "a child names its parent by a generated column",
            document(top: child(of: "product", named: "photo", by: "{type: text, generated: \"id\"}")),
            line: 13,
            "table photo: scope: parent is computed, and a parent is chosen",
            cure: "name a column that is written, of merge: last or first"
        ),
        Refused(
            "a child of a store's row is keyed by neither its parent nor an id",
            document(
                scope: "{store: name}",
                writer: "store",
                columns: ["sku: {type: id}", "name: {type: text}"],
                top: child(of: "product", named: "photo", key: "number", writer: "store")
            ),
            line: 15,
            "table photo: two stores that cannot see each other may make the same key for two rows",
            cure: "add parent to the key, or make the key a column of type: id"
        ),
    ]
}
