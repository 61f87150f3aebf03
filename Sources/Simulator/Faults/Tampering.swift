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
        case .forgottenRefusal: (true, "DELETE FROM linli_quarantine")
        default: nil
        }
    }

    /// The trigger of the first store's replica that is made anew without some of its lines; without any it is gone.
    private var trigger: (name: String, without: String)? {
        switch planted {
        case .unguardedRights: ("linli_rights%", "no rights")
        case .unguardedReplace: ("linli_replace_%", "")
        case .missingEffect: ("linli_effect%_sale_line", "")
        default: nil
        }
    }

    /// - Returns: false when the mistake is of another kind.
    func strike() -> Bool {
        if let (name, line) = trigger, let store = neighbourhood.stores.first {
            tamper(with: store) { sql in try Self.alter(triggersLike: name, without: line, sql) }
            return true
        }
        guard let (isHub, sql) = statement, let store = neighbourhood.stores.first else { return false }
        tamper(with: isHub ? neighbourhood.hub : store) { tampered in try tampered.execute(sql) }
        return true
    }

    private func tamper(with machine: Machine, _ body: (SQL) throws -> Void) {
        do {
            try machine.run(machine.disk.observer) {
                let connection = try Connection(
                    path: StoreReplica.replicaPath(machine.disk.root),
                    pragmas: ReplicaPragmas.store
                )
                try connection.write { tampered in
                    try tampered.setTriggers(enabled: false)
                    try body(tampered)
                }
                try connection.close()
            }
        } catch {
            preconditionFailure("a planted mistake cannot be planted: \(error)")
        }
        machine.note(.fault("planted: \(planted.rawValue)"))
    }

    private static func alter(triggersLike name: String, without line: String, _ sql: SQL) throws {
        let found = try sql.statement("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE ?1")
            .bind(1, name)
        var triggers: [(name: String, text: String)] = []
        while try found.step() { triggers.append((found.string(0), found.string(1))) }
        found.clear()
        precondition(!triggers.isEmpty, "no trigger \(name)")
        for trigger in triggers {
            try sql.execute("DROP TRIGGER \(SQLName.quoted(trigger.name))")
            guard !line.isEmpty else { continue }
            let kept = trigger.text.split(separator: "\n").filter { !$0.contains(line) }
            try sql.execute(kept.joined(separator: "\n"))
        }
    }
}
