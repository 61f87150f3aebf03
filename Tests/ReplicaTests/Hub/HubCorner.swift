import NetworkSchema

/// The hub tests' schema: one table for each rule that a hub must keep.
enum HubCorner {
    static let document = """
        schema: corner
        version: 1
        currency: CNY
        tables:
          product:
            scope: network
            writer: hub
            key: [sku]
            columns:
              sku:   {type: text}
              name:  {type: text}
              price: {type: integer, check: "price >= 0"}
          stock:
            scope: {store: store_id}
            writer: store
            key: [store_id, sku]
            columns:
              store_id:  {type: text}
              sku:       {type: text}
              on_hand:   {type: integer, merge: counter}
              available: {type: integer, merge: escrow, floor: 0, writer: any}
              shared:    {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30}}
              note:      {type: text, writer: any, check: "note <> 'bad'"}
          customer_order:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:             {type: id}
              store_id:       {type: text}
              note:           {type: text}
              placed_at:      {type: time, merge: first}
              ready_at:       {type: time, merge: first, writer: store}
              cancelled_at:   {type: time, merge: first}
            effects:
              set: {ready_at: "UPDATE stock SET on_hand = on_hand - 1 WHERE store_id = NEW.store_id AND sku = 'bag'"}
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
              insert: "UPDATE stock SET available = available - NEW.quantity WHERE sku = NEW.sku AND store_id = (SELECT store_id FROM customer_order WHERE id = NEW.order_id)"
          basket:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:       {type: id}
              store_id: {type: text}
              note:     {type: text}
          basket_line:
            scope: {parent: basket, by: basket_id}
            writer: any
            key: [id]
            columns:
              id:        {type: id}
              basket_id: {type: text}
              quantity:  {type: integer, merge: counter}
          transfer:
            scope: [{store: from_store}, {store: to_store}]
            writer: {store: from_store}
            key: [id]
            columns:
              id:          {type: id}
              from_store:  {type: text}
              to_store:    {type: text}
              sku:         {type: text}
              received_at: {type: time, merge: first, writer: {store: to_store}}
          board:
            scope: network
            writer: any
            key: [k]
            columns:
              k:     {type: text}
              text:  {type: text}
              other: {type: text}
              began: {type: time, merge: first}
              high:  {type: integer, merge: max}
              low:   {type: integer, merge: min}
              n:     {type: integer, merge: counter}
              flag:  {type: boolean}
          shelf:
            scope: {region: region}
            writer: any
            key: [region, id]
            columns:
              region: {type: text}
              id:     {type: integer}
              name:   {type: text}
          ledger:
            scope: hub
            writer: hub
            key: [id]
            columns:
              id:   {type: integer}
              text: {type: text}
        """

    static func schema() throws -> NetworkSchema { try NetworkSchema(yaml: document) }
}
