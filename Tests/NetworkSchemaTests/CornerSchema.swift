/// The design's example, completed: a corner shop's products, stock, orders and transfers.
enum CornerSchema {
    static let document = """
        schema: corner
        version: 3
        currency: CNY
        tables:
          product:
            scope: network                      # every store receives the row
            writer: hub
            key: [sku]
            columns:
              sku:  {type: text}
              name: {type: text}                # merge: last is the default
              price: {type: integer, check: "price >= 0"}
              shelf_days: {type: integer, default: 0, check: "shelf_days >= 0"}
          stock:
            scope: {store: store_id}            # the store this column names
            writer: store
            key: [store_id, sku]
            columns:
              store_id:  {type: text}
              sku:       {type: text}
              on_hand:   {type: integer, merge: counter}
              available: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30}}
          customer_order:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:             {type: id}
              store_id:       {type: text}      # changing it moves the row, and its children, to another store
              note:           {type: text}
              placed_at:      {type: time, merge: first}
              handed_over_at: {type: time, merge: first, writer: store}
              cancelled_at:   {type: time, merge: first}
              status:
                type: text
                generated: >-
                  CASE WHEN handed_over_at IS NOT NULL THEN 'handed_over'
                  WHEN cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'placed' END
          order_line:
            scope: {parent: customer_order, by: order_id}
            immutable: true
            writer: any
            key: [order_id, line]
            columns:
              order_id: {type: text}
              line:     {type: integer}
              sku:      {type: text}
              quantity: {type: integer, check: "quantity > 0"}
            effects:
              insert: >-
                UPDATE stock SET available = available - NEW.quantity
                WHERE sku = NEW.sku AND store_id = (SELECT store_id FROM customer_order WHERE id = NEW.order_id)
          transfer:
            scope: [{store: from_store}, {store: to_store}]     # both receive it
            writer: {store: from_store}
            key: [id]
            columns:
              id:          {type: id}
              from_store:  {type: text, required: true}
              to_store:    {type: text, required: true}
              sku:         {type: text, required: true}
              quantity:    {type: integer, required: true, check: "quantity > 0"}
              sent_at:     {type: time, merge: first}
              received_at: {type: time, merge: first, writer: {store: to_store}}
        views:
          exception_cancelled_but_handed_over: >-
            SELECT id, store_id, cancelled_at, handed_over_at FROM customer_order
            WHERE cancelled_at IS NOT NULL AND handed_over_at IS NOT NULL
        indexes:
          order_by_store: {table: customer_order, columns: [store_id, placed_at]}
        """
}
