/// What a node says of itself: the JSON of `linli status --json`, and of the control socket's `status`.
public struct NodeStatus: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable, Codable { case hub, store }

    public struct Schema: Hashable, Sendable, Codable {
        public var name: String
        public var version: Int

        public init(name: String, version: Int) {
            self.name = name
            self.version = version
        }
    }

    public var role: Role
    /// `hub`, or the store's name.
    public var node: String
    /// Sixteen hexadecimal digits.
    public var site: String
    /// At a store whose replica was found to be a copy, or restored: the site that it was before.
    public var formerSite: String?
    public var network: String
    /// Empty at a hub, and for a store of no region.
    public var region: String
    /// Where a store dials its hub, and what a hub's join tokens name.
    public var hub: String
    /// The daemon runs.
    public var isRunning = false
    /// At a store: a session with the hub stands. At a hub: it listens.
    public var isConnected = false
    /// Changesets not acknowledged; what is captured and not sealed counts as one.
    public var outbox: Int64 = 0
    /// The greatest acknowledged changeset; at a hub the last one it sealed of its own.
    public var acknowledged: Int64 = 0
    /// The feed position of the committed state; at a hub its head.
    public var cursor: Int64 = 0
    /// How long ago the store was last known to have caught up with the hub's head; nil when that is not known.
    public var lagMilliseconds: Int64?
    /// The hub's clock less this machine's; nil when it was not measured.
    public var clockOffsetMilliseconds: Int64?
    public var schema: Schema
    /// Not settled yet.
    public var conflicts: Int64 = 0
    /// Not settled yet.
    public var quarantine: Int64 = 0
    /// Rows of the schema's `exception_` views.
    public var exceptions: Int64 = 0
    /// What keeps the daemon from sealing, applying or connecting, and the cure; nil while nothing does.
    public var trouble: String?
    /// At a hub only, by name.
    public var stores: [StoreStatus]?
    /// At a running hub only: sessions that ended because their store had not signed what it pushed, since the start.
    public var refusedPushes: Int?

    public init(
        role: Role,
        node: String,
        site: String,
        network: String,
        region: String,
        hub: String,
        schema: Schema
    ) {
        self.role = role
        self.node = node
        self.site = site
        self.network = network
        self.region = region
        self.hub = hub
        self.schema = schema
    }
}

extension NodeStatus: Codable {
    private enum CodingKeys: String, CodingKey {
        case role, node, site, network, region, hub, outbox, acknowledged, cursor, schema, conflicts, quarantine
        case exceptions, trouble, stores
        case isRunning = "running"
        case isConnected = "connected"
        case lagMilliseconds = "lag_ms"
        case clockOffsetMilliseconds = "clock_offset_ms"
        case refusedPushes = "refused_pushes"
        case formerSite = "former_site"
    }

    /// What is not known is `null`, never absent; only `stores` is absent at a store, and `former_site` where
    /// there was none.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(role, forKey: .role)
        try fields.encode(node, forKey: .node)
        try fields.encode(site, forKey: .site)
        try fields.encodeIfPresent(formerSite, forKey: .formerSite)
        try fields.encode(network, forKey: .network)
        try fields.encode(region, forKey: .region)
        try fields.encode(hub, forKey: .hub)
        try fields.encode(isRunning, forKey: .isRunning)
        try fields.encode(isConnected, forKey: .isConnected)
        try fields.encode(outbox, forKey: .outbox)
        try fields.encode(acknowledged, forKey: .acknowledged)
        try fields.encode(cursor, forKey: .cursor)
        try fields.encode(lagMilliseconds, forKey: .lagMilliseconds)
        try fields.encode(clockOffsetMilliseconds, forKey: .clockOffsetMilliseconds)
        try fields.encode(schema, forKey: .schema)
        try fields.encode(conflicts, forKey: .conflicts)
        try fields.encode(quarantine, forKey: .quarantine)
        try fields.encode(exceptions, forKey: .exceptions)
        try fields.encode(trouble, forKey: .trouble)
        try fields.encodeIfPresent(stores, forKey: .stores)
        try fields.encodeIfPresent(refusedPushes, forKey: .refusedPushes)
    }
}
