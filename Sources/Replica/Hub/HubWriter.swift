import ChangeLog
import NetworkSchema

/// The one writer of the hub's replica: what a transaction of the hub works with.
///
/// Law: used only inside `Connection.use` of the writer's connection. What stands here agrees with the tables as they
/// are inside the transaction under way; when one is rolled back, the whole writer is thrown away and made anew.
final class HubWriter {
    let sql: SQL
    let plan: SchemaPlan
    let tables: [HubTable]
    let scopes: ScopeRegistry
    let sites: SiteRegistry
    let stores: StoreRegistry
    let feed: FeedWriter
    let quarantine: QuarantineTable
    let conflicts: ConflictTable
    let refused: RefusedTable
    let orphans: OrphanTable
    let leaving: LeavingRights
    let journal: JournalTable
    let captures: CapturedMarks
    let settings: Settings
    var epochs: Epochs
    /// The greatest position given.
    var head: Int64
    /// At or above every stamp in the tables.
    var clock: HybridClock
    /// The capture's `seq` that was sealed through.
    var captured: Int64
    /// Tombstones at or below it were dropped although a store may not have seen them.
    var floor: Position
    /// Tombstones at or below it were dropped, as far as there were any.
    var collected: Int64
    var mistakes: PlantedMistakes = []
    /// The feed goes out sealed, so that stores can give back what of it is lost.
    let feedKeyIsKnown: Bool
    /// For a mistake: how the first of several texts that Swift takes for one was spelt.
    var spellings: [String: Value] = [:]
    /// The wall clock of the transaction under way, milliseconds since 1970 UTC.
    var now: Int64 = 0
    /// The numbers of the sites that told their safe position before the transaction under way.
    var toldSafe: Set<Int64> = []
    /// The addition of a lost history that is being made again, and when it was made first.
    var adopted: (origin: OwnDelta.Origin, at: Int64)?
    /// Rows whose rights moved in the transaction under way, in order.
    var moved: [MovedRights] = []
    /// The parent that was looked up last; children of one parent come together.
    var lastParent: (row: RowKey, state: ParentState)?

    init(_ sql: SQL, plan: SchemaPlan) throws(ReplicaError) {
        self.sql = sql
        self.plan = plan
        tables = try plan.tables.map { table throws(ReplicaError) in try HubTable(sql, plan: table, in: plan) }
        let scopes = try ScopeRegistry(sql, plan: plan)
        let stores = try StoreRegistry(sql)
        self.scopes = scopes
        self.stores = stores
        sites = try SiteRegistry(sql) { site, store throws(ReplicaError) in
            try HubWriter.scopes(of: site, store: store, stores, scopes)
        }
        feed = try FeedWriter(sql, scopes: scopes)
        quarantine = try QuarantineTable(sql)
        conflicts = try ConflictTable(sql)
        refused = try RefusedTable(sql)
        orphans = try OrphanTable(sql)
        leaving = try LeavingRights(sql)
        journal = try JournalTable(sql)
        captures = try CapturedMarks(sql)
        settings = Settings(sql)
        epochs = try Epochs(sql)
        head = try settings.integer(.head)
        clock = HybridClock(last: try settings.hubStamp())
        captured = try settings.integer(.captured)
        feedKeyIsKnown = try settings.bytesIfAny(.feedKey) != nil
        floor = Position(try settings.integerIfAny(.floor) ?? 0)
        collected = try settings.integerIfAny(.collected) ?? 0
    }

    static func scopes(
        of site: SiteID,
        store: NodeName,
        _ stores: StoreRegistry,
        _ scopes: ScopeRegistry
    ) throws(ReplicaError) -> SiteScopes {
        guard !store.isHub else { return SiteScopes(region: 0, store: 0, answers: 0) }
        let region = Array((stores[store]?.region ?? "").utf8)
        return SiteScopes(
            region: region.isEmpty ? HubScope.hubID : try scopes.region(region).id,
            store: try scopes.store(Array(store.text.utf8)).id,
            answers: try scopes.answers(site).id
        )
    }

    /// The hub itself.
    var ownSite: HubSite { sites[HubSite.hubID] }

    /// Writes what the transaction changed of the hub's own facts; the last thing before its commit.
    func finish() throws(ReplicaError) {
        try sites.save()
        try settings.put(.head, head)
        try settings.put(.hubStamp, clock.last.packed)
        try settings.put(.captured, captured)
        moved = []
        lastParent = nil
    }
}

/// One escrow column of one row whose rights moved.
struct MovedRights: Hashable {
    let table: Int
    let key: [Value]
    /// In the order of `TablePlan.escrow`.
    let place: Int
}
