/// What a command asks of the daemon that runs on its data directory.
///
/// On the wire (`ControlServer`) it is one line, a JSON object that names the request in `ask`:
///
///     {"ask":"status"}
///     {"ask":"wait","timeout_ms":30000}
///     {"ask":"seal"}
///     {"ask":"backed_up","sites":[{"site":"0123456789abcdef","number":17}]}
///     {"ask":"import","path":"/media/stick/outbox","from_retired":false}
///     {"ask":"invite","store":"nanjing-3","region":"east","name":"Nanjing Road","expires_ms":86400000}
///     {"ask":"order","verb":"freeze","store":"nanjing-3","rights":"keep"}
///     {"ask":"settle","list":"quarantine","line":7,"verdict":"accept","by":"li"}
public enum ControlRequest: Hashable, Sendable {
    /// Answered with a `NodeStatus`.
    case status
    /// Answered with `{}` once all that was written here is acknowledged and the state has caught up; refused as
    /// `notSo` when that does not come in time.
    case wait(timeoutMilliseconds: Int64)
    /// At a hub: answered with an `InvitedStore`.
    case invite(Invitation)
    /// At a hub: answered with a `StoreOrdered`.
    case order(StoreOrder)
    /// At a hub: the next version of the schema, as its whole document. Answered with a `SchemaApplied`.
    case applySchema(document: String)
    /// At a hub: answered with a `SettledLines`.
    case settle(Settlement)
    /// At a store: answered with a `CheckedReplica`, after everything that it keeps was read.
    case check
    /// Answered with a `SealedOutbox` once what applications wrote is sealed, on the disk, and, at a store, never to be
    /// stamped anew: it may be shown.
    case seal
    /// At a hub: answered with an `ImportedOutbox`.
    case importOutbox(OutboxImport)
    /// At a hub: answered with `{}` once it is noted, and the stores are told.
    case backedUp([BackedUpSite])

    /// How far a site's change log is in a backup that was made.
    public struct BackedUpSite: Hashable, Sendable, Codable {
        /// Sixteen hexadecimal digits.
        public var site: String
        public var number: Int64

        public init(site: String, number: Int64) {
            self.site = site
            self.number = number
        }
    }

    /// A store's changesets in a file.
    public struct OutboxImport: Hashable, Sendable {
        /// Absolute: the daemon reads it.
        public var path: String
        /// Also from a store, or a site of one, that takes part no more.
        public var isFromRetired: Bool

        public init(path: String, isFromRetired: Bool) {
            self.path = path
            self.isFromRetired = isFromRetired
        }
    }
    /// At a hub: answered with `ReclaimedRights`.
    case reclaim(store: String)

    /// A store that may join.
    public struct Invitation: Hashable, Sendable {
        /// A `NodeName`, as the operator wrote it.
        public var store: String
        /// Empty for none.
        public var region: String
        /// For people; empty for none.
        public var name: String
        /// How long the invitation stands, from now.
        public var expiresMilliseconds: Int64

        public init(store: String, region: String, name: String, expiresMilliseconds: Int64) {
            self.store = store
            self.region = region
            self.name = name
            self.expiresMilliseconds = expiresMilliseconds
        }
    }
}

/// The answer to an invitation: the one line that the store needs.
public struct InvitedStore: Hashable, Sendable, Codable {
    public var token: String

    public init(token: String) { self.token = token }
}

/// The answer to a schema version that was taken.
public struct SchemaApplied: Hashable, Sendable, Codable {
    public var name: String
    public var version: Int

    public init(name: String, version: Int) {
        self.name = name
        self.version = version
    }
}

/// The answer to a check: what is wrong with the store's files, each with its cure; empty when nothing is.
public struct CheckedReplica: Hashable, Sendable, Codable {
    public var damage: [String]

    public init(damage: [String]) { self.damage = damage }
}

/// How far a store's change log may be shown.
public struct SealedOutbox: Hashable, Sendable, Codable {
    /// The last changeset; at a hub, which has no outbox, 0.
    public var through: Int64

    public init(through: Int64) { self.through = through }
}

/// What became of an outbox file.
public struct ImportedOutbox: Hashable, Sendable, Codable {
    public var store: String
    public var site: String
    /// The changesets that the file holds.
    public var first: Int64
    public var last: Int64
    /// Of them, those that the hub did not have.
    public var imported: Int64
    /// And those that it had.
    public var known: Int64
    /// Changes that were refused.
    public var quarantined: Int

    public init(
        store: String,
        site: String,
        first: Int64,
        last: Int64,
        imported: Int64,
        known: Int64,
        quarantined: Int
    ) {
        self.store = store
        self.site = site
        self.first = first
        self.last = last
        self.imported = imported
        self.known = known
        self.quarantined = quarantined
    }
}

/// The answer to a request that is only done.
public struct ControlDone: Hashable, Sendable, Codable {
    public init() {}
}

extension ControlRequest: Codable {
    private enum Word: String, Codable {
        case status, wait, invite, order, settle, check, seal
        case applySchema = "apply_schema"
        case importOutbox = "import"
        case backedUp = "backed_up"
        case reclaim
    }

    private enum CodingKeys: String, CodingKey {
        case ask, store, region, name, document
        case timeoutMilliseconds = "timeout_ms"
        case expiresMilliseconds = "expires_ms"
        case path, sites
        case isFromRetired = "from_retired"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        switch try fields.decode(Word.self, forKey: .ask) {
        case .status: self = .status
        case .wait: self = .wait(timeoutMilliseconds: try fields.decode(Int64.self, forKey: .timeoutMilliseconds))
        case .invite:
            self = .invite(
                Invitation(
                    store: try fields.decode(String.self, forKey: .store),
                    region: try fields.decode(String.self, forKey: .region),
                    name: try fields.decode(String.self, forKey: .name),
                    expiresMilliseconds: try fields.decode(Int64.self, forKey: .expiresMilliseconds)
                )
            )
        case .order: self = .order(try StoreOrder(from: decoder))
        case .applySchema:
            self = .applySchema(document: try fields.decode(String.self, forKey: .document))
        case .settle: self = .settle(try Settlement(from: decoder))
        case .check: self = .check
        case .seal: self = .seal
        case .backedUp: self = .backedUp(try fields.decode([BackedUpSite].self, forKey: .sites))
        case .importOutbox:
            self = .importOutbox(
                OutboxImport(
                    path: try fields.decode(String.self, forKey: .path),
                    isFromRetired: try fields.decode(Bool.self, forKey: .isFromRetired)
                )
            )
        case .reclaim: self = .reclaim(store: try fields.decode(String.self, forKey: .store))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .status: try fields.encode(Word.status, forKey: .ask)
        case .wait(let timeoutMilliseconds):
            try fields.encode(Word.wait, forKey: .ask)
            try fields.encode(timeoutMilliseconds, forKey: .timeoutMilliseconds)
        case .invite(let invitation):
            try fields.encode(Word.invite, forKey: .ask)
            try fields.encode(invitation.store, forKey: .store)
            try fields.encode(invitation.region, forKey: .region)
            try fields.encode(invitation.name, forKey: .name)
            try fields.encode(invitation.expiresMilliseconds, forKey: .expiresMilliseconds)
        case .order(let order):
            try fields.encode(Word.order, forKey: .ask)
            try order.encode(to: encoder)
        case .applySchema(let document):
            try fields.encode(Word.applySchema, forKey: .ask)
            try fields.encode(document, forKey: .document)
        case .settle(let settlement):
            try fields.encode(Word.settle, forKey: .ask)
            try settlement.encode(to: encoder)
        case .check: try fields.encode(Word.check, forKey: .ask)
        case .seal: try fields.encode(Word.seal, forKey: .ask)
        case .backedUp(let sites):
            try fields.encode(Word.backedUp, forKey: .ask)
            try fields.encode(sites, forKey: .sites)
        case .importOutbox(let outbox):
            try fields.encode(Word.importOutbox, forKey: .ask)
            try fields.encode(outbox.path, forKey: .path)
            try fields.encode(outbox.isFromRetired, forKey: .isFromRetired)
        case .reclaim(let store):
            try fields.encode(Word.reclaim, forKey: .ask)
            try fields.encode(store, forKey: .store)
        }
    }
}
