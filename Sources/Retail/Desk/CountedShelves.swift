import ChangeLog
import Replica

/// Shelves that were counted at a store while rights of a lost disk of it are stranded there: the count says what is
/// there, so nobody need wait for what the lost disk may have promised.
enum CountedShelves {
    static let shelvesMax = 500

    /// Shelves of a store that has lost disks, each with its latest count.
    static func witnesses(at store: String, _ work: Work) throws -> [RightsWitness] {
        guard let name = NodeName(store) else { return [] }
        let rows = try work.rows(
            """
            SELECT q.sku, q.count FROM (SELECT DISTINCT o.sku, (SELECT c.id FROM stock_count c
                WHERE c.store_id = o.store_id AND c.sku = o.sku ORDER BY c.counted_at DESC, c.id DESC LIMIT 1) AS count
              FROM linli_others_stock o WHERE o.store_id = ?1 AND o.units > 0 AND o.node GLOB '*#*') q
            WHERE q.count IS NOT NULL ORDER BY q.sku LIMIT \(shelvesMax)
            """,
            store
        )
        return rows.map { row in
            RightsWitness(
                store: name,
                rights: .init("stock", [.text(store), .text(row.text(0))]),
                seen: .init("stock_count", [.text(row.text(1))])
            )
        }
    }
}

extension RetailDesk {
    func countedShelves(_ stores: [StoreStanding]) throws(RetailError) -> [RightsWitness] {
        let lost = stores.filter(\.hasLostDisks)
        guard !lost.isEmpty else { return [] }
        return try look { work in try lost.flatMap { try CountedShelves.witnesses(at: $0.store, work) } }
    }
}
