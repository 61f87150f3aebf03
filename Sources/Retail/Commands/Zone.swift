/// How far a store's clocks are ahead of UTC, now, by its time zone: prices and receipts go by the minutes, figures of a
/// day by the zone, and the two are to agree.
struct Zone {
    let minutes: Int64

    /// nil when the request names neither zone nor offset.
    ///
    /// - Throws: `RetailError.badInput` for a zone that there is not, or an offset that is not the zone's.
    init?(_ request: Arguments, store: String, _ work: Work) throws {
        let offset = request.integerIfAny("utc_offset_minutes")
        guard request.textIfAny("time_zone") != nil || offset != nil else { return nil }
        let known = try work.row("SELECT time_zone FROM store WHERE store_id = ?1", store)?.textIfAny(0)
        let name = request.textIfAny("time_zone") ?? known ?? "Asia/Shanghai"
        minutes = try BusinessDay.Reckoning(timeZone: name, startsMinute: 0).offsetMinutes(at: work.now)
        if let offset, offset != minutes {
            throw RetailError.badInput(
                "utc_offset_minutes",
                "\(name) is \(minutes) minutes ahead of UTC now, not \(offset)",
                cure: "leave it out, or name the zone that is meant"
            )
        }
    }
}
