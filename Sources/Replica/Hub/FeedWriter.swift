import ChangeLog

/// What an entry of `linli_feed` says of its row.
enum FeedKind: Int64 {
    /// The row left this scope.
    case evicted = 1
    /// What became of a site's own write: the row's present state, or its absence.
    case answer = 2
    /// The row, in its second or a further scope.
    case row = 3
    /// A line of `linli_conflict` or `linli_quarantine`: the table says which, the key which line.
    case note = 4
}

/// A line of a public table as an entry of `linli_feed`.
enum NoteTable: Int {
    case conflict = -1
    case quarantine = -2
    /// Of `linli_own_delta`; it stands in the row's scopes.
    case ownDelta = -3
}

/// Writes the uncommon entries of the feed: `linli_feed`, and the graves by which they are collected.
///
/// Law: of one row one entry stands in a scope, at its latest position.
final class FeedWriter {
    private let scopes: ScopeRegistry
    private let upsert: Statement
    private let remove: Statement
    private let entries: Statement
    private let bury: Statement

    /// The scope number of a tombstone in `linli_grave`, which lies in no scope.
    static let tombstone: Int64 = -1

    init(_ sql: SQL, scopes: ScopeRegistry) throws(ReplicaError) {
        self.scopes = scopes
        upsert = try sql.statement(
            """
            INSERT INTO linli_feed (scope, position, tbl, key, kind) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (tbl, key, scope) DO UPDATE SET position = excluded.position, kind = excluded.kind
            """
        )
        remove = try sql.statement("DELETE FROM linli_feed WHERE tbl = ?1 AND key = ?2 AND scope = ?3")
        entries = try sql.statement("SELECT scope, position, kind FROM linli_feed WHERE tbl = ?1 AND key = ?2")
        bury = try sql.statement(
            "INSERT OR IGNORE INTO linli_grave (position, scope, tbl, key) VALUES (?1, ?2, ?3, ?4)"
        )
    }

    func put(_ kind: FeedKind, _ row: RowKey, scope: Int64, at position: Int64) throws(ReplicaError) {
        upsert.bind(1, scope).bind(2, position).bind(3, row.table).bind(4, .blob(row.key.bytes))
        try upsert.bind(5, kind.rawValue).run()
        scopes.touchFeed(scope, at: position)
    }

    /// The row left the scope.
    func evict(_ row: RowKey, from scope: Int64, at position: Int64) throws(ReplicaError) {
        try put(.evicted, row, scope: scope, at: position)
        try bury(row, scope: scope, at: position)
    }

    /// A line of a public table for one site.
    func note(_ table: NoteTable, line: Int64, to site: HubSite, at position: Int64) throws(ReplicaError) {
        let row = RowKey(table: table.rawValue, key: [.integer(line)])
        try put(.note, row, scope: site.scopes.answers, at: position)
    }

    /// A line for all who read a scope.
    func note(_ table: NoteTable, line: Int64, scope: Int64, at position: Int64) throws(ReplicaError) {
        try put(.note, RowKey(table: table.rawValue, key: [.integer(line)]), scope: scope, at: position)
    }

    func remove(_ row: RowKey, scope: Int64) throws(ReplicaError) {
        try remove.bind(1, row.table).bind(2, .blob(row.key.bytes)).bind(3, scope).run()
    }

    /// All entries of one row.
    func entries(of row: RowKey) throws(ReplicaError) -> [(scope: Int64, position: Int64, kind: FeedKind)] {
        entries.bind(1, row.table).bind(2, .blob(row.key.bytes))
        var found: [(scope: Int64, position: Int64, kind: FeedKind)] = []
        while try entries.step() {
            guard let kind = FeedKind(rawValue: entries.integer(2)) else { continue }
            found.append((entries.integer(0), entries.integer(1), kind))
        }
        return found
    }

    /// Remembers that a tombstone or an eviction stands at this position.
    func bury(_ row: RowKey, scope: Int64, at position: Int64) throws(ReplicaError) {
        try bury.bind(1, position).bind(2, scope).bind(3, row.table).bind(4, .blob(row.key.bytes)).run()
    }
}
