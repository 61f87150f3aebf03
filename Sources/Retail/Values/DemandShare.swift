/// The hub's part of a product's units at a store, by who needed them of late.
///
///     demand   what the hub promised there, and what the store sold, promised and sent to other stores itself, in the
///              last two weeks; what came in is no demand
///     part     the hub's demand among all of it, where twenty units more count as the schema's thirty percent, so that
///              what is seldom sold, or new, stays near them
///     kept     in steps of five percent, between 5 and 80: nobody's part ever dries up, and the counter keeps some
///
/// Law: a part moves only when the demand has left it by ten percent or more, and then to within two and a half of the
/// demand. So it must move by seven and a half at least before the part moves again: sales that come by chance do not
/// make rights go to and fro.
enum DemandShare {
    static let basePercent: Int64 = 30
    static let days: Int64 = 14
    /// Thousandths.
    private static let prior: Int64 = 20_000
    private static let bounds: ClosedRange<Int64> = 5...80
    private static let grid: Int64 = 5
    private static let bandPermille: Int64 = 100
    /// Far above any store's demand, and a thousand times it is still a number.
    private static let demandMax: Int64 = 1_000_000_000_000_000

    /// - Parameters:
    ///   - hub: thousandths that the hub promised; `store`: that the store sold, promised and sent away.
    ///   - present: percent; nil: the schema's.
    /// - Returns: the new part in percent; nil when it stays as it is.
    static func percent(hub: Int64, store: Int64, present: Int64?) -> Int64? {
        let (hub, store) = (min(max(hub, 0), demandMax), min(max(store, 0), demandMax))
        let permille = (hub * 1_000 + prior * basePercent * 10) / (hub + store + prior)
        let now = present ?? basePercent
        guard abs(permille - now * 10) >= bandPermille else { return nil }
        let rounded = (permille + grid * 5) / (grid * 10) * grid
        let kept = min(max(rounded, bounds.lowerBound), bounds.upperBound)
        return kept == now ? nil : kept
    }
}
