import ChangeLog

/// Inserts and deletes that were refused: what their site wrote to the life that they would have begun, before it saw
/// the refusal, rests on nothing. `linli_refused`, one entry for each site and row.
final class RefusedTable {
    struct Entry {
        /// Where the refusal stands in the feed.
        let position: Int64
        /// Its line in the quarantine.
        let line: Int64
    }

    private let upsert: Statement
    private let find: Statement
    private let drop: Statement
    private let sql: SQL

    init(_ sql: SQL) throws(ReplicaError) {
        self.sql = sql
        upsert = try sql.statement(
            """
            INSERT INTO linli_refused (site, tbl, key, position, line) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET position = excluded.position, line = excluded.line
            """
        )
        find = try sql.statement("SELECT position, line FROM linli_refused WHERE site = ?1 AND tbl = ?2 AND key = ?3")
        drop = try sql.statement("DELETE FROM linli_refused WHERE site = ?1 AND position <= ?2")
    }

    func put(_ row: RowKey, of site: HubSite, at position: Int64, line: Int64) throws(ReplicaError) {
        upsert.bind(1, site.id).bind(2, row.table).bind(3, .blob(row.key.bytes))
        try upsert.bind(4, position).bind(5, line).run()
        site.refusals += 1
    }

    /// The refusal of the row; nil when there is none.
    func entry(of row: RowKey, site: HubSite) throws(ReplicaError) -> Entry? {
        guard site.refusals > 0 else { return nil }
        guard try find.bind(1, site.id).bind(2, row.table).bind(3, .blob(row.key.bytes)).step() else { return nil }
        defer { find.reset() }
        return Entry(position: find.integer(0), line: find.integer(1))
    }

    /// The refusal with this line was taken back: what its site wrote after it has something to rest on.
    func forget(line: Int64, of sites: [HubSite]) throws(ReplicaError) {
        guard sites.contains(where: { $0.refusals > 0 }) else { return }
        try sql.statement("DELETE FROM linli_refused WHERE line = ?1").bind(1, line).run()
        for site in sites where site.refusals > 0 { try recount(site) }
    }

    /// The site has seen all refusals up to `safe`, and has nothing left that was written before.
    func forget(_ site: HubSite, upTo safe: Position) throws(ReplicaError) {
        guard site.refusals > 0 else { return }
        try drop.bind(1, site.id).bind(2, safe.number).run()
        try recount(site)
    }

    private func recount(_ site: HubSite) throws(ReplicaError) {
        site.refusals = Int(
            try sql.statement("SELECT count(*) FROM linli_refused WHERE site = ?1").bind(1, site.id).firstInteger() ?? 0
        )
    }
}
