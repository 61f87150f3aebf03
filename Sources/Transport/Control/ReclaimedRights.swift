/// The answer to `reclaim`: what the hub got of a store's rights.
///
///     {"ask":"reclaim","store":"nanjing-3"}
///     {"was_fenced":true,"rows":120,"units":84000}
public struct ReclaimedRights: Hashable, Sendable, Codable {
    /// The store's present site was fenced by this: it must join again.
    public var wasFenced: Bool
    public var rows: Int64
    public var units: Int64

    private enum CodingKeys: String, CodingKey {
        case wasFenced = "was_fenced"
        case rows, units
    }

    public init(wasFenced: Bool, rows: Int64, units: Int64) {
        (self.wasFenced, self.rows, self.units) = (wasFenced, rows, units)
    }
}
