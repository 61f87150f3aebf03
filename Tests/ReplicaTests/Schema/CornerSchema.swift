import NetworkSchema

/// A schema with every rule in it, for the tests of what triggers refuse and capture.
enum CornerSchema {
    static let yaml = """
        schema: corner
        version: 1
        currency: CNY
        tables:
          product:
            scope: network
            writer: hub
            key: [sku]
            columns:
              sku:        {type: text}
              name:       {type: text}
              price:      {type: integer}
              shelf_days: {type: integer, default: 0, check: "shelf_days >= 0"}
              remark:     {type: text, writer: any}
          stock:
            scope: {store: store_id}
            writer: store
            key: [store_id, sku]
            columns:
              store_id:  {type: text}
              sku:       {type: text}
              on_hand:   {type: integer, merge: counter}
              available: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30}}
              note:      {type: text, writer: any}
          voucher:
            scope: network
            writer: any
            key: [code]
            columns:
              code: {type: text}
              uses: {type: integer, merge: escrow, floor: -2, mint: hub}
          customer_order:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:             {type: id}
              store_id:       {type: text}
              note:           {type: text}
              placed_at:      {type: time, merge: first}
              handed_over_at: {type: time, merge: first, writer: store}
              cancelled_at:   {type: time, merge: first}
              status:
                type: text
                generated: "CASE WHEN handed_over_at IS NOT NULL THEN 'handed_over'
                  WHEN cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'placed' END"
            effects:
              set:
                cancelled_at: "INSERT INTO journal(id, store_id, what)
                  VALUES (NEW.id, NEW.store_id, coalesce(OLD.note, 'new'))"
          order_line:
            scope: {parent: customer_order, by: order_id}
            immutable: true
            writer: any
            key: [order_id, line]
            columns:
              order_id: {type: text}
              line:     {type: integer}
              sku:      {type: text}
              quantity: {type: integer, required: true, check: "quantity > 0"}
            effects:
              insert: "UPDATE stock SET available = available - NEW.quantity WHERE sku = NEW.sku
                AND store_id = (SELECT store_id FROM customer_order WHERE id = NEW.order_id)"
          journal:
            scope: {store: store_id}
            immutable: true
            writer: any
            key: [store_id, id]
            columns:
              store_id: {type: text}
              id:       {type: text}
              what:     {type: text}
          basket:
            scope: {store: store_id}
            writer: any
            key: [store_id, name]
            columns:
              store_id: {type: text}
              name:     {type: text}
              tag:      {type: text}
            effects:
              delete: {sql: "UPDATE tick SET n = n + 1 WHERE a = 0", optional: true}
          shelf:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:       {type: id}
              store_id: {type: text}
              label:    {type: text}
          slot:
            scope: {parent: shelf, by: shelf_id}
            writer: any
            key: [id]
            columns:
              id:       {type: id}
              shelf_id: {type: text}
              sku:      {type: text}
          transfer:
            scope: [{store: from_store}, {store: to_store}]
            writer: {store: from_store}
            key: [id]
            columns:
              id:          {type: id}
              from_store:  {type: text}
              to_store:    {type: text}
              sku:         {type: text}
              quantity:    {type: integer}
              received_at: {type: time, merge: first, writer: {store: to_store}}
          region_notice:
            scope: {region: region}
            writer: any
            key: [region, id]
            columns:
              region: {type: text}
              id:     {type: text}
              text:   {type: text}
          ledger:
            scope: hub
            writer: hub
            key: [id]
            columns:
              id:   {type: id}
              text: {type: text}
          mark:
            scope: network
            writer: any
            key: [k]
            columns:
              k:  {type: text}
              n:  {type: integer, merge: counter}
              m:  {type: integer, merge: counter}
              hi: {type: integer, merge: max}
              lo: {type: integer, merge: min}
              b:  {type: blob}
              f:  {type: boolean}
              t:  {type: text}
              first_at: {type: time, merge: first}
              must: {type: text, required: true, default: "x"}
              p: {type: text}
              q: {type: integer}
            together: [[p, q]]
          tick:
            scope: network
            writer: any
            key: [a]
            columns:
              a: {type: integer}
              n: {type: integer, merge: counter}
              t: {type: text}
        views:
          exception_cancelled: "SELECT id FROM customer_order
            WHERE cancelled_at IS NOT NULL AND handed_over_at IS NOT NULL"
        indexes:
          order_by_store: {table: customer_order, columns: [store_id, placed_at]}
        """
}
