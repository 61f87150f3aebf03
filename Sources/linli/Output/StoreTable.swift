import Transport

/// The stores of a network, one a line.
struct StoreTable {
    let text: String

    init(_ stores: [StoreStatus]) {
        var table = TextTable(["STORE", "REGION", "STATE", "SEEN", "ACKNOWLEDGED", "CURSOR", "LAG", "QUARANTINE"])
        for store in stores {
            table.add([
                store.store, store.region.isEmpty ? "-" : store.region, store.state.rawValue,
                Ago.text(since: store.lastSeenMilliseconds), "\(store.acknowledged)", "\(store.cursor)",
                "\(store.lag)", "\(store.quarantine)",
            ])
        }
        text = table.text
    }
}
