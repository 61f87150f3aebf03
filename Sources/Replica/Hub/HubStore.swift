public import ChangeLog

/// A store of the network as its operator knows it.
///
///     invited ──join──▶ active ──freeze──▶ frozen ──thaw──▶ active
///     any ──retire──▶ retired          invited ──freeze──▶ frozen ──thaw──▶ invited
public struct HubStore: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        /// Registered; no machine has joined as it.
        case invited
        case active
        /// May not connect until it is thawed.
        case frozen
        /// Gone for good.
        case retired
    }

    public let store: NodeName
    /// Empty for none.
    public var region: String
    /// For people.
    public var name: String
    public var state: State
    /// SHA-256 of the join token's secret; nil when no invitation stands.
    public var secretHash: [UInt8]?
    public var expiresAt: Int64?
    public var invitedAt: Int64
    /// The number of the site that joined by the present invitation.
    var usedBy: Int64?
    public var joinedAt: Int64?
    /// The number of its present site.
    var site: Int64?
    /// The hub was restored from a backup, and the store has not been back, or is giving back what the hub lost: rights on
    /// its rows are not spent.
    public var isAway: Bool
}

/// All stores by name, and the statements on `linli_store`.
final class StoreRegistry {
    private(set) var stores: [NodeName: HubStore] = [:]
    private let upsert: Statement

    init(_ sql: SQL) throws(ReplicaError) {
        upsert = try sql.statement(
            """
            INSERT INTO linli_store (store, region, name, state, secret_hash, expires_at, invited_at, joined_at, site,
              away, used_by)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT DO UPDATE SET region = ?2, name = ?3, state = ?4, secret_hash = ?5, expires_at = ?6,
              invited_at = ?7, joined_at = ?8, site = ?9, away = ?10, used_by = ?11
            """
        )
        let rows = try sql.statement(
            """
            SELECT store, region, name, state, secret_hash, expires_at, invited_at, joined_at, site, away, used_by
            FROM linli_store ORDER BY store
            """
        )
        while try rows.step() {
            guard let name = NodeName(rows.string(0)), let state = HubStore.State(rawValue: rows.string(3)) else {
                rows.reset()
                throw .damaged(what: "linli_store")
            }
            stores[name] = HubStore(
                store: name,
                region: rows.string(1),
                name: rows.string(2),
                state: state,
                secretHash: rows.isNull(4) ? nil : rows.bytes(4),
                expiresAt: rows.integerIfAny(5),
                invitedAt: rows.integer(6),
                usedBy: rows.integerIfAny(10),
                joinedAt: rows.integerIfAny(7),
                site: rows.integerIfAny(8),
                isAway: rows.integer(9) != 0
            )
        }
    }

    subscript(store: NodeName) -> HubStore? { stores[store] }

    /// In order of name.
    var inOrder: [HubStore] { stores.values.sorted { $0.store < $1.store } }

    func save(_ store: HubStore) throws(ReplicaError) {
        upsert.bind(1, store.store.text).bind(2, store.region).bind(3, store.name).bind(4, store.state.rawValue)
        upsert.bind(5, store.secretHash.map(Value.blob) ?? .null).bind(6, Value(store.expiresAt))
        upsert.bind(7, store.invitedAt).bind(8, Value(store.joinedAt)).bind(9, Value(store.site))
        try upsert.bind(10, store.isAway ? 1 : 0).bind(11, Value(store.usedBy)).run()
        stores[store.store] = store
    }
}

extension Value {
    init(_ number: Int64?) { self = number.map(Value.integer) ?? .null }
}
