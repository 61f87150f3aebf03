extension RetailSchema {
    /// What is wrong with an order, at most one thing at a time, most pressing first: a view for each reads it by index.
    private static let trouble = """
        CASE WHEN hand_overs > 1 THEN 'handed_over_twice'
                  WHEN handed_over_by <> store_id THEN 'handed_over_elsewhere'
                  WHEN handed_over_at IS NOT NULL AND refunded > 0 AND paid - refunded < due THEN 'refunded_but_handed_over'
                  WHEN handed_over_at IS NOT NULL AND cancelled_at IS NOT NULL THEN 'cancelled_but_handed_over'
                  WHEN handed_over_at IS NOT NULL AND paid - refunded < due THEN 'handed_over_unpaid'
                  WHEN cancelled_at IS NOT NULL AND handed_over_at IS NULL AND paid > refunded THEN 'overpaid'
                  WHEN cancelled_at IS NULL AND paid - refunded > due THEN 'overpaid' END
        """

    /// Orders: promises, milestones, money. `due`, `paid` and `refunded` are sums that the lines, payments and refunds
    /// keep. `placed_by` is the node whose rights the promise spent. `open_at` is the store that may still hold the goods for it.
    static let orders = """
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
              placed_by:      {type: text}
              ready_at:       {type: time, merge: first, writer: store}
              handed_over_at: {type: time, merge: first, writer: store}
              cancelled_at:   {type: time, merge: first}
              status:         {type: text, generated: "CASE WHEN handed_over_at IS NOT NULL THEN 'handed_over' WHEN cancelled_at IS NOT NULL THEN 'cancelled' WHEN ready_at IS NOT NULL THEN 'ready' ELSE 'placed' END"}
              fulfilment:     {type: text, default: "pickup", check: "fulfilment IN ('pickup', 'delivery', 'timed')"}
              deliver_from:   {type: time}
              deliver_until:  {type: time}
              store_asked:    {type: text}
              pickup_code:    {type: text}
              pickup_until:   {type: time}
              released_by:    {type: text, merge: first, writer: store}
              handed_over_by: {type: text, merge: first, writer: store}
              hand_overs:     {type: integer, merge: counter, writer: store}
              due:            {type: integer, merge: counter}
              paid:           {type: integer, merge: counter}
              refunded:       {type: integer, merge: counter}
              open_at:
                type: text
                generated: >-
                  CASE WHEN (released_by IS NULL OR released_by <> store_id)
                  AND (handed_over_at IS NULL OR handed_over_by <> store_id) THEN store_id END
              trouble:
                type: text
                generated: >-
                  \(trouble)
          order_contact:
            scope: {parent: customer_order, by: order_id}
            writer: any
            key: [order_id]
            columns:
              order_id: {type: text}
              name:     {type: text}
              phone:    {type: text}
              address:  {type: text}
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
              insert:
                - >-
                  UPDATE stock SET available = available - NEW.quantity WHERE sku = NEW.sku
                  AND store_id = (SELECT o.store_id FROM customer_order o WHERE o.id = NEW.order_id)
                - "UPDATE customer_order SET due = due + coalesce(NEW.amount, 0) WHERE id = NEW.order_id"
          order_payment:
            scope: {parent: customer_order, by: order_id}
            immutable: true
            writer: any
            key: [id]
            columns:
              id:          {type: id}
              order_id:    {type: text, required: true}
              method:      {type: text}
              amount:      {type: integer, required: true, check: "amount > 0"}
              reference:   {type: text}
              transaction: {type: text}
              paid_at:     {type: time}
            effects:
              insert: "UPDATE customer_order SET paid = paid + NEW.amount WHERE id = NEW.order_id"
          refund:
            scope: {parent: customer_order, by: order_id}
            immutable: true
            writer: any
            key: [id]
            columns:
              id:          {type: id}
              order_id:    {type: text, required: true}
              amount:      {type: integer, required: true, check: "amount > 0"}
              reason:      {type: text}
              reference:   {type: text}
              refunded_at: {type: time}
            effects:
              insert: "UPDATE customer_order SET refunded = refunded + NEW.amount WHERE id = NEW.order_id"
          hand_over:
            scope: [{store: store_id}, {parent: customer_order, by: order_id}]
            immutable: true
            writer: {store: store_id}
            key: [id]
            columns:
              id:             {type: id}
              order_id:       {type: text, required: true}
              store_id:       {type: text, required: true}
              handed_over_at: {type: time, required: true}
            effects:
              insert:
                sql: >-
                  UPDATE customer_order SET handed_over_at = NEW.handed_over_at, handed_over_by = NEW.store_id,
                  hand_overs = hand_overs + 1 WHERE id = NEW.order_id
                optional: true
          hand_over_line:
            scope: {parent: hand_over, by: hand_over_id}
            immutable: true
            writer: {store: store_id}
            key: [hand_over_id, line]
            columns:
              hand_over_id: {type: text}
              line:         {type: integer}
              order_id:     {type: text, required: true}
              store_id:     {type: text, required: true}
              sku:          {type: text, required: true}
              quantity:     {type: integer, required: true, check: "quantity > 0"}
            effects:
              insert: >-
                \(handedOver.statement)
          order_release:
            scope: {store: store_id}
            immutable: true
            writer: store
            key: [order_id, line, store_id]
            columns:
              order_id:    {type: text}
              line:        {type: integer}
              store_id:    {type: text}
              sku:         {type: text, required: true}
              quantity:    {type: integer, required: true, check: "quantity > 0"}
              released_at: {type: time, required: true}
            effects:
              insert:
                - >-
                  \(StockEffect(out: "0", unpromised: "-NEW.quantity", by: "NEW.order_id").statement)
                - sql: >-
                    UPDATE customer_order SET released_by = NEW.store_id
                    WHERE id = NEW.order_id AND store_id = NEW.store_id
                  optional: true
          pickup_try:
            scope: {store: store_id}
            immutable: true
            writer: store
            key: [id]
            columns:
              id:       {type: id}
              store_id: {type: text, required: true}
              tried_at: {type: time, required: true}
        """

    /// Goods that were promised need no rights when they go: the first hand-over of a line that was not given back.
    private static let handedOver = StockEffect(
        out: "NEW.quantity",
        unpromised: """
            (CASE WHEN EXISTS (SELECT 1 FROM order_release r WHERE r.order_id = NEW.order_id AND r.line = NEW.line \
            AND r.store_id = NEW.store_id) OR EXISTS (SELECT 1 FROM hand_over_line h WHERE h.order_id = NEW.order_id \
            AND h.line = NEW.line AND h.store_id = NEW.store_id AND h.hand_over_id <> NEW.hand_over_id) \
            THEN NEW.quantity ELSE 0 END)
            """,
        by: "NEW.order_id"
    )

    /// An order that another store fulfils: its units are promised again where it goes, and the store that held them
    /// gives them back when it hears of it. `take_over_policy` says when the hub does that unasked (`TakeOverPolicy`).
    static let takeOvers = """
          take_over:
            scope: [{store: from_store}, {store: to_store}]
            immutable: true
            writer: hub
            key: [id]
            columns:
              id:            {type: id}
              order_id:      {type: text, required: true}
              from_store:    {type: text, required: true}
              to_store:      {type: text, required: true}
              reason:        {type: text}
              taken_over_at: {type: time, required: true}
            effects:
              insert: "UPDATE customer_order SET store_id = NEW.to_store WHERE id = NEW.order_id AND store_id = NEW.from_store"
          take_over_line:
            scope: {parent: take_over, by: take_over_id}
            immutable: true
            writer: hub
            key: [take_over_id, line]
            columns:
              take_over_id: {type: text}
              line:         {type: integer}
              order_id:     {type: text, required: true}
              from_store:   {type: text, required: true}
              to_store:     {type: text, required: true}
              sku:          {type: text, required: true}
              quantity:     {type: integer, required: true, check: "quantity > 0"}
            effects:
              insert: "UPDATE stock SET available = available - NEW.quantity WHERE store_id = NEW.to_store AND sku = NEW.sku"
          take_over_policy:
            scope: hub
            writer: hub
            key: [level, place]
            columns:
              level:          {type: text, check: "level IN ('network', 'region', 'store')"}
              place:          {type: text}
              when_closed:    {type: boolean, default: false}
              when_frozen:    {type: boolean, default: false}
              silent_seconds: {type: integer, check: "silent_seconds IS NULL OR silent_seconds > 0"}
        """
}
