/// The schema that `linli hub init` takes when no other is named: a network of neighbourhood stores, their goods and
/// prices, the counter, orders for pick-up and delivery, transfers and supply.
///
/// Two kinds of truth. *Promises* (order lines, take-overs, transfers out) spend `stock.available` where the rights are
/// held, and fail at once without them. *Facts* (sale lines, hand-overs, receipts, waste, counts) are inserts into
/// immutable tables and always accepted; what they move beyond the rights held at the store is noted in
/// `stock.overdrawn`, and the next units that come in pay for it first.
///
/// Law of a stock row, in any snapshot of its store: `on_hand = available + promised - overdrawn`, where `promised` is
/// what open orders hold (view `promise`). Each effect on `stock` below keeps it.
///
/// Quantities are thousandths of the unit of measure, money is 分, times are milliseconds since 1970 UTC.
public enum RetailSchema {
    public static let yaml =
        """
        schema: retail
        version: 1
        currency: CNY
        tables:

        """ + [placesAndGoods, prices, stock, counter, orders, takeOvers, supply, traces].joined(separator: "\n")
        + "\nviews:\n" + [priceViews, stockViews, exceptionViews].joined(separator: "\n") + "\nindexes:\n" + indexes

    /// Milliseconds since 1970 UTC, in SQL; SQLite 3.40 knows no shorter way that keeps milliseconds.
    static let now = "CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER)"

    /// In order of what `linli status` and people look for most: each is on the path of a command or of a view.
    static let indexes = """
          order_by_store: {table: customer_order, columns: [store_id, placed_at]}
          order_open: {table: customer_order, columns: [open_at]}
          order_trouble: {table: customer_order, columns: [trouble]}
          sale_by_store: {table: sale, columns: [store_id, sold_at]}
          sale_by_receipt: {table: sale, columns: [store_id, receipt_day, receipt_site, receipt_number]}
          stock_below_zero: {table: stock, columns: [on_hand]}
          command_by_age: {table: command_done, columns: [node, done_at]}
          stock_overdrawn: {table: stock, columns: [overdrawn]}
          barcode_by_sku: {table: barcode, columns: [sku]}
          markdown_by_sku: {table: markdown, columns: [sku]}
          stock_count_of: {table: stock_count, columns: [store_id, sku, counted_at]}
          hand_over_by_order: {table: hand_over, columns: [order_id]}
          hand_over_line_by_order: {table: hand_over_line, columns: [order_id, line]}
          payment_of_order: {table: order_payment, columns: [order_id]}
          refund_of_order: {table: refund, columns: [order_id]}
          take_over_of_order: {table: take_over, columns: [order_id]}
          transfer_receipt_of: {table: transfer_receipt, columns: [transfer_id, sku]}
          replenishment_open: {table: replenishment, columns: [purchase_id, store_id, sku]}
          settlement_of: {table: settlement, columns: [exception, subject]}
        """
}
