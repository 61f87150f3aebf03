import ChangeLog
import Replica

/// Puts a replica into the state that a mistake of its own would have brought about: plain SQL with the triggers off,
/// that nobody captures.
struct Tampering {
    let planted: PlantedFault
    let neighbourhood: Neighbourhood

    /// Nil for the mistakes of shells.
    private var statement: (isHub: Bool, sql: String)? {
        switch planted {
        case .appliedTwice: (true, "UPDATE stock SET on_hand = on_hand - 1000 WHERE sku = 'sku-11'")
        case .droppedSale:
            (true, "DELETE FROM sale WHERE id = (SELECT max(id) FROM sale)")
        case .tornSale:
            (
                true,
                """
                DELETE FROM sale_line WHERE (sale_id, line) = \
                (SELECT sale_id, line FROM sale_line ORDER BY sale_id DESC, line DESC LIMIT 1)
                """
            )
        case .inventedSale: (true, "INSERT INTO sale(id, store_id) VALUES ('invented', 'store-1')")
        case .spentWithoutRights: (true, "UPDATE stock SET available = available - 1")
        case .mintedRights: (false, "UPDATE linli_held_stock SET available = available + 1000")
        case .negativeRights:
            (
                false,
                """
                UPDATE linli_others_stock SET units = units + 1 + (SELECT available FROM linli_held_stock h WHERE \
                h.store_id = linli_others_stock.store_id AND h.sku = linli_others_stock.sku); \
                UPDATE linli_held_stock SET available = -1 WHERE EXISTS (SELECT 1 FROM linli_others_stock o WHERE \
                o.store_id = linli_held_stock.store_id AND o.sku = linli_held_stock.sku)
                """
            )
        case .olderRead:
            (false, "UPDATE price SET amount = amount - 1; UPDATE product SET name = 'v-1'")
        case .halfTransaction: (false, "UPDATE product SET name = 'v9999'")
        case .forgottenEviction:
            (false, "INSERT INTO customer_order(id, store_id) VALUES ('moved-away', 'store-1')")
        case .missingRow: (false, "DELETE FROM stock_move WHERE id = (SELECT max(id) FROM stock_move)")
        case .otherCell: (false, "UPDATE stock SET shelf = 'another'")
        default: nil
        }
    }

    /// - Returns: false when the mistake is of another kind.
    func strike() -> Bool {
        guard let (isHub, sql) = statement, let store = neighbourhood.stores.first else { return false }
        let machine: Machine = isHub ? neighbourhood.hub : store
        do {
            try machine.run(machine.disk.observer) {
                let connection = try Connection(
                    path: StoreReplica.replicaPath(machine.disk.root),
                    pragmas: ReplicaPragmas.store
                )
                try connection.write { tampered in
                    try tampered.setTriggers(enabled: false)
                    try tampered.execute(sql)
                }
                try connection.close()
            }
        } catch {
            preconditionFailure("a planted mistake cannot be planted: \(error)")
        }
        machine.note(.fault("planted: \(planted.rawValue)"))
        return true
    }
}
