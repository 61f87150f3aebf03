/// One store as its hub sees it: an element of `stores` in the hub's status, and of `linli hub stores --json`.
public struct StoreStatus: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, Codable {
        /// A session stands.
        case online
        /// None stands; or nobody has joined as this store yet, and then it was never seen.
        case offline
        /// May not connect until it is thawed.
        case frozen
        /// Gone for good.
        case retired
    }

    public var store: String
    /// Empty for none.
    public var region: String
    public var state: State
    /// Milliseconds since 1970 UTC; nil when it never connected.
    public var lastSeenMilliseconds: Int64?
    /// The store's last changeset that the hub has.
    public var acknowledged: Int64
    /// The feed position that the store last said it committed.
    public var cursor: Int64
    /// Feed positions from there to the hub's head; not all of them concern the store.
    public var lag: Int64
    /// Its changes in quarantine, not settled yet.
    public var quarantine: Int64
    /// Sites that spoke for the store before, the oldest first: disks that were lost or replaced.
    public var formerSites: [FormerSite]

    public init(
        store: String,
        region: String,
        state: State,
        lastSeenMilliseconds: Int64?,
        acknowledged: Int64,
        cursor: Int64,
        lag: Int64,
        quarantine: Int64,
        formerSites: [FormerSite] = []
    ) {
        self.store = store
        self.region = region
        self.state = state
        self.lastSeenMilliseconds = lastSeenMilliseconds
        self.acknowledged = acknowledged
        self.cursor = cursor
        self.lag = lag
        self.quarantine = quarantine
        self.formerSites = formerSites
    }
}

extension StoreStatus: Codable {
    private enum CodingKeys: String, CodingKey {
        case store, region, state, acknowledged, cursor, lag, quarantine
        case lastSeenMilliseconds = "last_seen"
        case formerSites = "former_sites"
    }

    /// `last_seen` is `null` for a store that never connected, never absent; `former_sites` is absent where there are
    /// none.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(store, forKey: .store)
        try fields.encode(region, forKey: .region)
        try fields.encode(state, forKey: .state)
        try fields.encode(lastSeenMilliseconds, forKey: .lastSeenMilliseconds)
        try fields.encode(acknowledged, forKey: .acknowledged)
        try fields.encode(cursor, forKey: .cursor)
        try fields.encode(lag, forKey: .lag)
        try fields.encode(quarantine, forKey: .quarantine)
        if !formerSites.isEmpty { try fields.encode(formerSites, forKey: .formerSites) }
    }
}

extension StoreStatus {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            store: try fields.decode(String.self, forKey: .store),
            region: try fields.decode(String.self, forKey: .region),
            state: try fields.decode(State.self, forKey: .state),
            lastSeenMilliseconds: try fields.decodeIfPresent(Int64.self, forKey: .lastSeenMilliseconds),
            acknowledged: try fields.decode(Int64.self, forKey: .acknowledged),
            cursor: try fields.decode(Int64.self, forKey: .cursor),
            lag: try fields.decode(Int64.self, forKey: .lag),
            quarantine: try fields.decode(Int64.self, forKey: .quarantine),
            formerSites: try fields.decodeIfPresent([FormerSite].self, forKey: .formerSites) ?? []
        )
    }
}
