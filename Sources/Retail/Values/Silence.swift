/// For how long the hub has heard nothing of a store.
///
/// Law: only what this daemon itself did not hear counts. A hub that was down for an hour does not take every store for
/// silent when it comes back, and no clock that is set makes anybody silent: times are of a clock that never goes back.
struct Silence: Sendable {
    /// Milliseconds of the daemon's monotonic clock at the first look that found the store offline.
    private var since: [String: Int64] = [:]

    /// Notes down who is there.
    mutating func look(_ stores: [StoreStanding], at uptimeMilliseconds: Int64) {
        let before = since
        since = [:]
        for store in stores where !store.isOnline { since[store.store] = before[store.store] ?? uptimeMilliseconds }
    }

    /// Whole seconds; nil for a store that is online, or unknown.
    func seconds(of store: String, at uptimeMilliseconds: Int64) -> Int64? {
        since[store].map { max(0, uptimeMilliseconds - $0) / 1_000 }
    }
}
