import Transport

/// The changesets that a hub knows it never received, because the disk that they stood on was lost or replaced.
struct LostChangesets {
    /// One line for each such disk, by store, the oldest first.
    let lines: [String]

    init(_ stores: [StoreStatus]) {
        lines = stores.flatMap { store in
            store.formerSites.compactMap { former in
                former.missing.map { missing in
                    let numbers =
                        missing.count == 1
                        ? "changeset \(missing.lowerBound)"
                        : "changesets \(missing.lowerBound) to \(missing.upperBound)"
                    return "the hub never received \(numbers) of site \(former.site), an earlier disk of \(store.store)"
                }
            }
        }
    }

    /// What to do when such a disk turns up.
    static let cure =
        "if that disk turns up: `linli store export-outbox FILE` on it, then `linli hub import FILE` here; each "
        + "changeset is merged once"
}
