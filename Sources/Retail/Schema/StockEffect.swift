/// The one statement with which a physical fact moves a product's stock.
///
/// Law: the fact is always accepted. With `need` the units for which rights are needed (what goes out and was not
/// promised before, and what was overdrawn earlier) and `held` those held here:
///
///     available falls by min(need, held)        a negative need mints units
///     overdrawn becomes max(0, need - held)
///
/// so that `on_hand = available + promised - overdrawn` holds after it as before it. Units that come in pay for what was
/// overdrawn before any may be promised again.
struct StockEffect {
    /// SQL: the store and product moved.
    var store = "NEW.store_id"
    var sku = "NEW.sku"
    /// SQL: units that leave the store; negative for those that come in.
    var out: String
    /// SQL: those of them that no order had promised before.
    var unpromised: String?
    /// SQL: what a person looks for when it was too much: a sale, a move.
    var by: String

    /// An INSERT that becomes an UPDATE where the product is known at the store already.
    var statement: String {
        let need = "(\(unpromised ?? out) + overdrawn)"
        let held =
            "coalesce((SELECT h.available FROM linli_held_stock h WHERE h.store_id = \(store) AND h.sku = \(sku)), 0)"
        return """
            INSERT INTO stock(store_id, sku, on_hand, available, overdrawn, overdrawn_by, overdrawn_at) \
            VALUES (\(store), \(sku), -(\(out)), max(-(\(out)), 0), max(\(out), 0), \
            CASE WHEN \(out) > 0 THEN \(by) END, CASE WHEN \(out) > 0 THEN \(RetailSchema.now) END) \
            ON CONFLICT (store_id, sku) DO UPDATE SET on_hand = on_hand - (\(out)), \
            available = available - min(\(need), \(held)), \
            overdrawn = max(0, \(need) - \(held)), \
            overdrawn_by = CASE WHEN \(need) > \(held) AND \(out) > 0 THEN \(by) ELSE overdrawn_by END, \
            overdrawn_at = CASE WHEN \(need) > \(held) AND overdrawn <= 0 THEN \(RetailSchema.now) ELSE overdrawn_at END
            """
    }
}
