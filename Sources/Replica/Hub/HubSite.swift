import ChangeLog

/// One site as the hub knows it: its place in its change log, its cursor, and whom it speaks for. The hub itself is
/// site 0.
///
///     active ──another machine joins as the store, or its rights are reclaimed──▶ fenced ──┐
///        │                                                                                 ├─its store is retired─▶ retired
///        └────a copy of its replica becomes a site of its own──▶ copied ───────────────────┘
///
/// Law: a store has at most one active site. The rights of any other are held by `STORE#SITE`, frozen.
final class HubSite {
    static let hubID: Int64 = 0

    enum State: String {
        case active
        /// An operator had another machine take its place: it hands in what it has, and joins anew.
        case fenced
        /// It is one of two copies, and the other was first to become a new site: it becomes one too.
        case copied
        case retired
    }

    let id: Int64
    let site: SiteID
    let store: NodeName
    /// The store's name as rows hold it.
    let storeBytes: [UInt8]
    var state: State
    /// The last changeset of the site that is merged, and its hash.
    var number: ChangesetNumber
    var hash: ChangesetHash
    /// The greatest number that the site told to have sealed.
    var sealed = ChangesetNumber.none
    var tagConfirmed: UInt64?
    var tagOffered: UInt64?
    /// As the site last told.
    var cursor: Cursor
    var safe: Position
    /// The hub's horizon when the site's round from nothing began.
    var roundFloor: Position
    var lastSeen: Int64?
    let joinedAt: Int64
    /// Inserts and deletes of the site that were refused, and that it may not have seen refused yet.
    var refusals = 0
    var scopes: SiteScopes
    var isTouched = false
    /// How far the answers of the site were dropped by this run of the hub.
    var answersDropped: Int64 = 0

    init(
        id: Int64,
        site: SiteID,
        store: NodeName,
        state: State,
        scopes: SiteScopes,
        joinedAt: Int64,
        number: ChangesetNumber = .none,
        hash: ChangesetHash = .none
    ) {
        self.id = id
        self.site = site
        self.store = store
        storeBytes = Array(store.text.utf8)
        self.state = state
        self.scopes = scopes
        self.joinedAt = joinedAt
        self.number = number
        self.hash = hash
        cursor = .start
        safe = .start
        roundFloor = .start
    }

    var isHub: Bool { id == Self.hubID }

    /// Under which name the site holds rights.
    var holder: String {
        state == .active || isHub ? store.text : Self.fencedHolder(store: store, site: site)
    }

    static func fencedHolder(store: NodeName, site: SiteID) -> String { "\(store)#\(site)" }
}

/// The scopes that a site reads.
struct SiteScopes: Hashable {
    var region: Int64
    var store: Int64
    var answers: Int64

    func reads(_ scope: Int64) -> Bool {
        scope == HubScope.networkID || scope == store || scope == region && region != HubScope.hubID
            || scope == answers
    }

    /// Whether the site receives a row of these scopes.
    func receives(_ scopes: RowScopes) -> Bool { reads(scopes.first) || scopes.others.contains(where: reads) }
}
