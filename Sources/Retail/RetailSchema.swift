/// The schema that `linli hub init` takes when no other is named: a neighbourhood store's counter, its stock, and
/// orders for pick-up.
///
/// Two kinds of truth. *Promises* (order lines) spend `stock.available` where the rights are held, and fail at once
/// without them. *Facts* (sale lines, stock moves) are inserts into immutable tables and always accepted: a counter
/// sale lowers `on_hand`, and `available` as far as this node holds rights.
///
/// Quantities are thousandths of the unit of measure, money is 分, times are milliseconds since 1970 UTC.
public enum RetailSchema {
    public static let yaml = """
        schema: retail
        version: 1
        currency: CNY
        tables:
          product:
            scope: network
            writer: hub
            key: [sku]
            columns:
              sku:         {type: text}
              name:        {type: text}
              unit:        {type: text, default: "piece"}
              shelf_days:  {type: integer, default: 0, check: "shelf_days >= 0"}
              discontinued_at: {type: time, merge: first}
          barcode:
            scope: network
            writer: hub
            key: [gtin]
            columns:
              gtin: {type: text}
              sku:  {type: text}
          price:
            scope: network
            writer: hub
            key: [sku]
            columns:
              sku:        {type: text}
              amount:     {type: integer, check: "amount >= 0"}
              valid_from: {type: time}
          stock:
            scope: {store: store_id}
            writer: store
            key: [store_id, sku]
            columns:
              store_id:  {type: text}
              sku:       {type: text}
              on_hand:   {type: integer, merge: counter}
              available: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30}, step: 1000}
              shelf:     {type: text}
              counted_at: {type: time, merge: max}
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
              insert: "UPDATE stock SET on_hand = on_hand + NEW.quantity, available = available + max(NEW.quantity, -coalesce((SELECT available FROM linli_held_stock WHERE store_id = NEW.store_id AND sku = NEW.sku), 0)) WHERE store_id = NEW.store_id AND sku = NEW.sku"
          sale:
            scope: {store: store_id}
            immutable: true
            writer: store
            key: [id]
            columns:
              id:       {type: id}
              store_id: {type: text}
              member:   {type: text}
              sold_at:  {type: time}
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
            effects:
              insert: "UPDATE stock SET on_hand = on_hand - NEW.quantity, available = available - min(NEW.quantity, coalesce((SELECT available FROM linli_held_stock WHERE store_id = NEW.store_id AND sku = NEW.sku), 0)) WHERE store_id = NEW.store_id AND sku = NEW.sku"
          payment:
            scope: {parent: sale, by: sale_id}
            immutable: true
            writer: store
            key: [sale_id, line]
            columns:
              sale_id: {type: text}
              line:    {type: integer}
              method:  {type: text}
              amount:  {type: integer}
          customer_order:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:             {type: id}
              store_id:       {type: text}
              customer:       {type: text}
              note:           {type: text}
              placed_at:      {type: time, merge: first}
              ready_at:       {type: time, merge: first, writer: store}
              handed_over_at: {type: time, merge: first, writer: store}
              cancelled_at:   {type: time, merge: first}
              status:         {type: text, generated: "CASE WHEN handed_over_at IS NOT NULL THEN 'handed_over' WHEN cancelled_at IS NOT NULL THEN 'cancelled' WHEN ready_at IS NOT NULL THEN 'ready' ELSE 'placed' END"}
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
              amount:   {type: integer}
            effects:
              insert: "UPDATE stock SET available = available - NEW.quantity WHERE sku = NEW.sku AND store_id = (SELECT store_id FROM customer_order WHERE id = NEW.order_id)"
        views:
          exception_negative_on_hand: "SELECT store_id, sku, on_hand FROM stock WHERE on_hand < 0"
          exception_cancelled_but_handed_over: "SELECT id, store_id, cancelled_at, handed_over_at FROM customer_order WHERE cancelled_at IS NOT NULL AND handed_over_at IS NOT NULL"
        indexes:
          order_by_store: {table: customer_order, columns: [store_id, placed_at]}
          sale_by_store: {table: sale, columns: [store_id, sold_at]}
        """
}
