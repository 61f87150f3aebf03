extension RetailSchema {
    /// Goods on their way: between stores, and from suppliers.
    static let supply = """
          transfer:
            scope: [{store: from_store}, {store: to_store}]
            writer: {store: from_store}
            key: [id]
            columns:
              id:          {type: id}
              from_store:  {type: text, required: true}
              to_store:    {type: text, required: true}
              note:        {type: text}
              sent_at:     {type: time, merge: first}
              received_at: {type: time, merge: first, writer: {store: to_store}}
          transfer_line:
            scope: {parent: transfer, by: transfer_id}
            immutable: true
            writer: {store: from_store}
            key: [transfer_id, line]
            columns:
              transfer_id: {type: text}
              line:        {type: integer}
              from_store:  {type: text, required: true}
              sku:         {type: text, required: true}
              quantity:    {type: integer, required: true, check: "quantity > 0"}
            effects:
              insert: >-
                UPDATE stock SET on_hand = on_hand - NEW.quantity, available = available - NEW.quantity
                WHERE store_id = NEW.from_store AND sku = NEW.sku
          transfer_receipt:
            scope: [{store: from_store}, {store: to_store}]
            immutable: true
            writer: {store: to_store}
            key: [id]
            columns:
              id:          {type: id}
              transfer_id: {type: text, required: true}
              from_store:  {type: text, required: true}
              to_store:    {type: text, required: true}
              sku:         {type: text, required: true}
              quantity:    {type: integer, required: true, check: "quantity >= 0"}
              received_at: {type: time, required: true}
            effects:
              insert:
                - >-
                  \(StockEffect(store: "NEW.to_store", out: "-NEW.quantity", by: "NEW.transfer_id").statement)
                - {sql: "UPDATE transfer SET received_at = NEW.received_at WHERE id = NEW.transfer_id", optional: true}
          replenishment:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:          {type: id}
              store_id:    {type: text, required: true}
              sku:         {type: text, required: true}
              quantity:    {type: integer, required: true, check: "quantity > 0"}
              reason:      {type: text}
              made_at:     {type: time, merge: first}
              purchase_id: {type: text, writer: hub}
              received_at: {type: time, merge: first, writer: store}
          purchase:
            scope: hub
            writer: hub
            key: [id]
            columns:
              id:         {type: id}
              supplier:   {type: text}
              ordered_at: {type: time, merge: first}
          purchase_line:
            scope: {parent: purchase, by: purchase_id}
            writer: hub
            key: [purchase_id, sku]
            columns:
              purchase_id: {type: text}
              sku:         {type: text}
              quantity:    {type: integer, default: 0, check: "quantity > 0"}
        """

    /// Who settled what, and which commands are done already.
    static let traces = """
          settlement:
            scope: [{store: store_id}, {store: other_store}]
            immutable: true
            writer: any
            key: [id]
            columns:
              id:          {type: id}
              exception:   {type: text, required: true}
              subject:     {type: text, required: true}
              since:       {type: time, required: true}
              store_id:    {type: text}
              other_store: {type: text}
              note:        {type: text}
              settled_by:  {type: text}
              settled_at:  {type: time, required: true}
          command_done:
            scope: {store: node}
            writer: any
            key: [node, key]
            columns:
              node:    {type: text}
              key:     {type: text}
              command: {type: text}
              request: {type: text}
              answer:  {type: text}
              done_at: {type: time}
        """
}
