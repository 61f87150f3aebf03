import ChangeLog
import NetworkSchema

/// The tables that only a hub has: what its merges, its feed and its registry of stores remember.
///
///     linli_row_T    one row for each row of T, dead ones included: life, clocks, scope and place in the feed
///     linli_scope    names of scopes: 'hub', 'network', 'region:R', 'store:S', 'answers:SITE'
///     linli_feed     the uncommon entries of the feed; a row in its first scope stands in linli_row_T alone
///     linli_grave    which tombstones and evictions stand at which position, for the collection of garbage
///     linli_site, linli_store, linli_epoch     who takes part, and the runs of the hub
///     linli_refused  inserts and deletes that were refused, until their site has seen it
///     linli_orphan   children whose parent is absent
///     linli_shortfall  spends that found no rights, until units come in
///     linli_unreadable bodies of changesets that verify but cannot be read
///     linli_backed_up how far each site's change log is in a backup
///     linli_sealed   the greatest number that each site told to have sealed
///     linli_own_delta  what the hub itself added to counters, for a month
///     linli_leaving  rights in rows that left their holder's scopes, until it has seen that
///     linli_captured the marks of captured writes that were merged (`CapturedMarks`)
///     linli_age      which position stood at which time
///     linli_journal, linli_certificate         what was received, and who signed it (`JournalTable`)
///
/// Law: the key columns of linli_row_T are named k0, k1 …, so that no column of a schema collides with ours.
enum HubTables {
    static func create(_ sql: SQL, plan: SchemaPlan) throws(ReplicaError) {
        try sql.execute(shared)
        try sql.execute(JournalTable.definition)
        try sql.execute(later)
        try add(sql, plan: plan)
    }

    /// Tables that files of an earlier version do not have: made when a hub's file is opened, too.
    static let later =
        LeavingRights.definition + SealedNumbers.definition + OwnDeltaTable.definition + CapturedMarks.definition

    /// The tables of a schema version that are not there yet.
    static func add(_ sql: SQL, plan: SchemaPlan) throws(ReplicaError) {
        for table in plan.tables { try create(sql, table) }
    }

    /// The hub is site 0.
    static func createOwnSite(_ sql: SQL, site: SiteID, nowMilliseconds: Int64) throws(ReplicaError) {
        try sql.statement(
            """
            INSERT INTO linli_site (id, site, store, state, number, hash, cursor_epoch, cursor_position, safe_position,
              round_floor, joined_at)
            VALUES (0, ?1, 'hub', 'active', 0, ?2, ?3, 0, 0, 0, ?4)
            """
        ).bind(1, site.description).bind(2, .blob(ChangesetHash.none.bytes)).bind(3, Epoch.none.description)
            .bind(4, nowMilliseconds).run()
    }

    private static func create(_ sql: SQL, _ plan: TablePlan) throws(ReplicaError) {
        let keys = plan.table.key.enumerated().map { index, column in
            "k\(index) \(plan.table.columns[column].cellType == .text ? "TEXT" : "INTEGER") NOT NULL"
        }
        let names = keys.indices.map { "k\($0)" }.joined(separator: ", ")
        let row = plan.internalTable("row")
        try sql.execute(
            """
            CREATE TABLE IF NOT EXISTS \(row) (\(keys.joined(separator: ", ")),
              life INTEGER NOT NULL, deleted_at INTEGER NOT NULL, position INTEGER NOT NULL,
              clock_position INTEGER NOT NULL, site INTEGER NOT NULL, stamp INTEGER NOT NULL, scope INTEGER NOT NULL,
              "by" INTEGER NOT NULL, foreign_position INTEGER NOT NULL, clocks BLOB, PRIMARY KEY (\(names))
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS \(plan.internalTable("feed")) ON \(row) (scope, position);
            """
        )
        // Children are looked up by their parent.
        for case .parent(_, let by) in plan.table.scopes where plan.table.key.first != by {
            let column = SQLName.quoted(plan.table.columns[by].name)
            try sql.execute(
                "CREATE INDEX IF NOT EXISTS linli_child_\(plan.number)_\(by) ON \(plan.name) (\(column))"
            )
        }
    }

    private static let shared = """
        CREATE TABLE linli_scope (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        INSERT INTO linli_scope VALUES (0, 'hub'), (1, 'network');
        CREATE TABLE linli_feed (
          scope INTEGER NOT NULL, position INTEGER NOT NULL, tbl INTEGER NOT NULL, key BLOB NOT NULL,
          kind INTEGER NOT NULL, PRIMARY KEY (scope, position, tbl, key), UNIQUE (tbl, key, scope)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE linli_grave (
          position INTEGER NOT NULL, scope INTEGER NOT NULL, tbl INTEGER NOT NULL, key BLOB NOT NULL,
          PRIMARY KEY (position, scope, tbl, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE linli_store (
          store TEXT PRIMARY KEY, region TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, secret_hash BLOB,
          expires_at INTEGER, invited_at INTEGER NOT NULL, used_by INTEGER, joined_at INTEGER, site INTEGER,
          away INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE linli_site (
          id INTEGER PRIMARY KEY, site TEXT NOT NULL UNIQUE, store TEXT NOT NULL, state TEXT NOT NULL,
          number INTEGER NOT NULL, hash BLOB NOT NULL, tag_confirmed INTEGER, tag_offered INTEGER,
          cursor_epoch TEXT NOT NULL, cursor_position INTEGER NOT NULL, safe_position INTEGER NOT NULL,
          round_floor INTEGER NOT NULL, last_seen INTEGER, joined_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE linli_epoch (
          id INTEGER PRIMARY KEY, epoch TEXT NOT NULL UNIQUE, first_position INTEGER NOT NULL,
          opened_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE linli_refused (
          site INTEGER NOT NULL, tbl INTEGER NOT NULL, key BLOB NOT NULL, position INTEGER NOT NULL,
          line INTEGER NOT NULL, PRIMARY KEY (site, tbl, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE linli_orphan (
          parent_tbl INTEGER NOT NULL, parent_key BLOB NOT NULL, tbl INTEGER NOT NULL, key BLOB NOT NULL,
          PRIMARY KEY (parent_tbl, parent_key, tbl, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE linli_shortfall (
          quarantine INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, key BLOB NOT NULL, cell INTEGER NOT NULL,
          units INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX linli_shortfall_of ON linli_shortfall (tbl, key, cell);
        CREATE TABLE linli_unreadable (
          site INTEGER NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (site, number, part)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE linli_backed_up (site INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
        CREATE TABLE linli_age (at INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;
        """
}
