/// A document of one table, each part of which a test can put in another's place. The words stand in fixed lines:
/// 6 scope, 7 writer, 8 key, 10 the first column, 11 the second, 12 the third, and after the columns `more`.
func document(
    scope: String = "network",
    writer: String = "hub",
    key: String = "[sku]",
    columns: [String] = ["sku: {type: text}", "name: {type: text}"],
    more: [String] = [],
    top: [String] = []
) -> String {
    let head = ["schema: corner", "version: 1", "currency: CNY", "tables:", "  product:"]
    let words = ["    scope: \(scope)", "    writer: \(writer)", "    key: \(key)", "    columns:"]
    return (head + words + columns.map { "      \($0)" } + more.map { "    \($0)" } + top).joined(separator: "\n")
        + "\n"
}

/// The same table with a third column, in line 12.
func column(_ column: String, scope: String = "network", writer: String = "hub", key: String = "[sku]") -> String {
    document(
        scope: scope,
        writer: writer,
        key: key,
        columns: ["sku: {type: text}", "name: {type: text}", column]
    )
}

/// A second table, whose rows go where those of `parent` go; its words stand behind the first table's.
func child(
    of parent: String,
    named name: String,
    by: String = "{type: text}",
    key: String = "id",
    writer: String = "hub"
) -> [String] {
    let words = ["scope: {parent: \(parent), by: parent}", "writer: \(writer)", "key: [\(key)]", "columns:"]
    let columns = ["id: {type: \(key == "id" ? "id" : "text")}", "number: {type: integer}", "parent: \(by)"]
    return ["  \(name):"] + words.map { "    \($0)" } + columns.map { "      \($0)" }
}

/// Orders with effects in line 15, and what they may change: a store's stock, moves that only are inserted, the hub's
/// prices.
func effects(_ effects: String, onMove: String? = nil, more: [String] = []) -> String {
    let order = document(
        scope: "{store: store_id}",
        writer: "store",
        key: "[id]",
        columns: [
            "id: {type: id}", "store_id: {type: text}", "sku: {type: text}", "note: {type: text}",
            "ready_at: {type: time, merge: first}",
        ],
        more: ["effects: \(effects)"]
    ).replacing("  product:", with: "  customer_order:")
    let stock = """
          stock:
            {scope: {store: store_id}, writer: store, key: [store_id, sku], columns: {store_id: {type: text},
             sku: {type: text}, on_hand: {type: integer}, is_empty: {type: boolean, generated: "on_hand = 0"}}}
          move:
            {scope: network, writer: store, key: [id], immutable: true, effects: \(onMove ?? "{}"),
             columns: {id: {type: id}, units: {type: integer}}}
          price:
            {scope: network, writer: hub, key: [sku], columns: {sku: {type: text}, cents: {type: integer}}}

        """
    return order + stock + more.map { "\($0)\n" }.joined()
}

/// Lots of an order that lie in a move's place, and whose deletion deletes orders.
let childOfStock = [
    "  lot:",
    "    {scope: {parent: customer_order, by: order_id}, writer: store, key: [id],",
    "     columns: {id: {type: id}, order_id: {type: text}},",
    "     effects: {delete: \"DELETE FROM customer_order WHERE sku = OLD.id\"}}",
]
