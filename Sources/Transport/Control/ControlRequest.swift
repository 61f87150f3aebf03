/// What a command asks of the daemon that runs on its data directory.
///
/// On the wire (`ControlServer`) it is one line, a JSON object that names the request in `ask`:
///
///     {"ask":"status"}
///     {"ask":"wait","timeout_ms":30000}
///     {"ask":"invite","store":"nanjing-3","region":"east","name":"Nanjing Road","expires_ms":86400000}
///     {"ask":"order","verb":"freeze","store":"nanjing-3","rights":"keep"}
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

/// The answer to a request that is only done.
public struct ControlDone: Hashable, Sendable, Codable {
    public init() {}
}

extension ControlRequest: Codable {
    private enum Word: String, Codable {
        case status, wait, invite, order
        case applySchema = "apply_schema"
        case reclaim
    }

    private enum CodingKeys: String, CodingKey {
        case ask, store, region, name, document
        case timeoutMilliseconds = "timeout_ms"
        case expiresMilliseconds = "expires_ms"
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
        case .reclaim(let store):
            try fields.encode(Word.reclaim, forKey: .ask)
            try fields.encode(store, forKey: .store)
        }
    }
}
