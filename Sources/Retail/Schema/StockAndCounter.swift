extension RetailSchema {
    /// What is there, what may still be promised (of it the hub has `hub_share` percent, see `DemandShare`), and every move that is neither a sale nor a hand-over.
    ///
    /// A line of a sale, of a hand-over and of a transfer moves the stock itself; a second row for each of them in
    /// `stock_move` would double what a sale costs. The view `stock_ledger` shows all of them as one list.
    static let stock = """
          stock:
            scope: {store: store_id}
            writer: store
            key: [store_id, sku]
            columns:
              store_id:     {type: text}
              sku:          {type: text}
              on_hand:      {type: integer, merge: counter}
              available:    {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: \(DemandShare.basePercent), by: hub_share}, step: 1000}
              hub_share:    {type: integer, writer: hub, check: "hub_share BETWEEN 0 AND 100"}
              shelf:        {type: text}
              counted_at:   {type: time, merge: max}
              overdrawn:    {type: integer, merge: counter}
              overdrawn_by: {type: text}
              overdrawn_at: {type: time}
              reorder_at:   {type: integer, default: 0, writer: any}
              reorder_to:   {type: integer, default: 0, writer: any}
          stock_move:
            scope: {store: store_id}
            immutable: true
            writer: store
            key: [id]
            columns:
              id:        {type: id}
              store_id:  {type: text}
              sku:       {type: text}
              quantity:  {type: integer}
              reason:    {type: text, check: "reason IN ('receipt', 'return', 'waste', 'count')"}
              reference: {type: text}
              moved_at:  {type: time}
            effects:
              insert: >-
                \(StockEffect(out: "-NEW.quantity", by: "NEW.id").statement)
          stock_count:
            scope: {store: store_id}
            immutable: true
            writer: store
            key: [id]
            columns:
              id:         {type: id}
              store_id:   {type: text, required: true}
              sku:        {type: text, required: true}
              counted:    {type: integer, required: true}
              counted_at: {type: time}
              counted_by: {type: text}
            effects:
              insert:
                - >-
                  INSERT INTO stock_move(store_id, sku, quantity, reason, reference, moved_at)
                  SELECT NEW.store_id, NEW.sku, NEW.counted - coalesce((SELECT s.on_hand FROM stock s
                  WHERE s.store_id = NEW.store_id AND s.sku = NEW.sku), 0), 'count', NEW.id,
                  coalesce(NEW.counted_at, \(now))
                - >-
                  UPDATE stock SET counted_at = coalesce(NEW.counted_at, \(now))
                  WHERE store_id = NEW.store_id AND sku = NEW.sku
        """

    /// The counter. A return is a line of a negative quantity, and a payment of a negative amount.
    static let counter = """
          sale:
            scope: {store: store_id}
            immutable: true
            writer: store
            key: [id]
            columns:
              id:             {type: id}
              store_id:       {type: text}
              member:         {type: text}
              sold_at:        {type: time}
              till:           {type: text}
              total:          {type: integer}
              returns_sale:   {type: text}
              receipt_site:   {type: text}
              receipt_day:    {type: text}
              receipt_number: {type: integer}
              receipt:
                type: text
                generated: >-
                  CASE WHEN receipt_number IS NOT NULL THEN
                  store_id || '-' || receipt_site || '-' || receipt_day || '-' || printf('%06d', receipt_number) END
          sale_line:
            scope: {parent: sale, by: sale_id}
            immutable: true
            writer: store
            key: [sale_id, line]
            columns:
              sale_id:  {type: text}
              line:     {type: integer}
              store_id: {type: text}
              sku:      {type: text}
              quantity: {type: integer}
              amount:   {type: integer}
              regular:  {type: integer}
              barcode:  {type: text}
            effects:
              insert: >-
                \(StockEffect(out: "NEW.quantity", by: "NEW.sale_id").statement)
          payment:
            scope: {parent: sale, by: sale_id}
            immutable: true
            writer: store
            key: [sale_id, line]
            columns:
              sale_id:   {type: text}
              line:      {type: integer}
              method:    {type: text}
              amount:    {type: integer}
              reference: {type: text}
        """
}
