/// A site that spoke for a store before its disk was lost or replaced: an element of `former_sites`.
public struct FormerSite: Hashable, Sendable {
    /// Sixteen hexadecimal digits.
    public var site: String
    /// The last of its changesets that the hub has.
    public var acknowledged: Int64
    /// The last that it told the hub to have sealed. It may have sealed more that nobody heard of.
    public var sealed: Int64

    public init(site: String, acknowledged: Int64, sealed: Int64) {
        self.site = site
        self.acknowledged = acknowledged
        self.sealed = sealed
    }

    /// The changesets that the hub knows it never received; nil when it knows of none.
    public var missing: ClosedRange<Int64>? { sealed > acknowledged ? acknowledged + 1...sealed : nil }
}

extension FormerSite: Codable {
    private enum CodingKeys: String, CodingKey {
        case site, acknowledged, sealed
        case missingFrom = "missing_from"
        case missingThrough = "missing_through"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        site = try fields.decode(String.self, forKey: .site)
        acknowledged = try fields.decode(Int64.self, forKey: .acknowledged)
        sealed = try fields.decode(Int64.self, forKey: .sealed)
    }

    /// `missing_from` and `missing_through` are `null` where nothing is known to be missing.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(site, forKey: .site)
        try fields.encode(acknowledged, forKey: .acknowledged)
        try fields.encode(sealed, forKey: .sealed)
        try fields.encode(missing?.lowerBound, forKey: .missingFrom)
        try fields.encode(missing?.upperBound, forKey: .missingThrough)
    }
}
