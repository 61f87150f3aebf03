/// Schemas that stories play in, beside the built-in one.
enum Schemas {
    /// Each merge rule once, rows of several tables that belong together, and facts.
    static let rules = """
        schema: rules
        version: 1
        currency: CNY
        tables:
          thing:
            scope: network
            writer: any
            key: [id]
            columns:
              id:    {type: text}
              said:  {type: text}
              begun: {type: time, merge: first}
              high:  {type: integer, merge: max}
              low:   {type: integer, merge: min}
              sum:   {type: integer, merge: counter}
          fact:
            scope: network
            immutable: true
            writer: any
            key: [id]
            columns:
              id: {type: text}
              by: {type: text}
          head:
            scope: network
            writer: any
            key: [id]
            columns:
              id:    {type: text}
              lines: {type: integer}
          line:
            scope: {parent: head, by: head_id}
            writer: any
            key: [head_id, number]
            columns:
              head_id: {type: text}
              number:  {type: integer}
              note:    {type: text, check: "length(note) < 2000"}
        """

    /// Units that only `linli_grant` moves.
    static let shelf = """
        schema: shelf
        version: 1
        currency: CNY
        tables:
          shelf:
            scope: {store: store_id}
            writer: store
            key: [store_id, sku]
            columns:
              store_id:  {type: text}
              sku:       {type: text}
              available: {type: integer, merge: escrow, floor: 0, writer: any}
          promise:
            scope: {store: store_id}
            immutable: true
            writer: any
            key: [id]
            columns:
              id:       {type: id}
              store_id: {type: text}
              sku:      {type: text}
              units:    {type: integer, check: "units > 0"}
            effects:
              insert: >-
                UPDATE shelf SET available = available - NEW.units
                WHERE store_id = NEW.store_id AND sku = NEW.sku
        """
}
