/// The hub's table of stores: one that joined stands there, from the next command or round on, without anybody writing it
/// down.
enum StoreBook {
    static func catchUp(_ work: Work) throws {
        for store in try missing(work.stores, work) {
            try work.run(
                "INSERT INTO store(store_id, name, region) VALUES (?1, ?2, ?3)",
                store.store,
                store.name.isEmpty ? nil : store.name,
                store.region.isEmpty ? nil : store.region
            )
        }
    }

    static func missing(_ stores: [StoreStanding], _ work: Work) throws -> [StoreStanding] {
        guard !stores.isEmpty else { return [] }
        let known = Set(try work.rows("SELECT store_id FROM store").map { $0.text(0) })
        return stores.filter { !known.contains($0.store) }
    }
}

extension RetailDesk {
    /// Writes down the stores that are not in the hub's table yet.
    func list(_ stores: [StoreStanding]) throws(RetailError) {
        // No lock is taken where all are known.
        guard try look({ work in try !StoreBook.missing(stores, work).isEmpty }) else { return }
        try change(stores, StoreBook.catchUp)
    }
}
