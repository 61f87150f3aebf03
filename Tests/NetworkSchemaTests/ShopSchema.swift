import NetworkSchema

/// A shop at version 1, and the parts that a next version may have in their place.
///
/// Lines of the document: 4 tables, 5 and 6 sale, 7 to 19 stock with its columns from 12, 20 views, 21 indexes.
func shop(
    _ changes: [(String, String)] = [],
    schema: String = "shop",
    version: Int = 2,
    currency: String = "CNY"
) throws -> NetworkSchema {
    var text = """
        schema: \(schema)
        version: \(version)
        currency: \(currency)
        tables:
          sale:
            {scope: {store: store_id}, writer: store, key: [id], immutable: true, columns: {id: {type: id}, store_id: {type: text}}}
          stock:
            scope: [{store: store_id}, {region: region}]
            writer: {store: store_id}
            key: [store_id, sku]
            columns:
              store_id: {type: text}
              sku: {type: text}
              region: {type: text}
              a: {type: text, check: "length(a) > 1"}
              b: {type: text, default: "x"}
              counted_at: {type: time, merge: first, writer: any}
              free: {type: integer, merge: escrow, mint: {store: store_id}}
              label: {type: text, generated: "a || b"}
            together: [[a, b]]
            effects: {set: {counted_at: "UPDATE stock SET a = 'b' WHERE sku = NEW.sku"}, insert: ["DELETE FROM stock WHERE sku = 'x'", "DELETE FROM stock WHERE sku = 'y'"]}
        views: {low: "SELECT * FROM stock WHERE free < 5"}
        indexes: {by_a: {table: stock, columns: [a, b]}}

        """
    for (old, new) in changes {
        precondition(text.contains(old), "the test means to change \(old)")
        text = text.replacing(old, with: new)
    }
    return try NetworkSchema(yaml: text)
}
