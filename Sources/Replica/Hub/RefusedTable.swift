import ChangeLog

/// Inserts and deletes that were refused: what their site wrote to the life that they would have begun, before it saw
/// the refusal, rests on nothing. `linli_refused`, one entry for each site and row.
final class RefusedTable {
    private let upsert: Statement
    private let find: Statement
    private let drop: Statement
    private let sql: SQL

    init(_ sql: SQL) throws(ReplicaError) {
        self.sql = sql
        upsert = try sql.statement(
            """
            INSERT INTO linli_refused (site, tbl, key, position) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET position = excluded.position
            """
        )
        find = try sql.statement("SELECT position FROM linli_refused WHERE site = ?1 AND tbl = ?2 AND key = ?3")
        drop = try sql.statement("DELETE FROM linli_refused WHERE site = ?1 AND position <= ?2")
    }

    func put(_ row: RowKey, of site: HubSite, at position: Int64) throws(ReplicaError) {
        try upsert.bind(1, site.id).bind(2, row.table).bind(3, .blob(row.key.bytes)).bind(4, position).run()
        site.refusals += 1
    }

    /// Where the refusal of the row stands in the feed; nil when there is none.
    func position(of row: RowKey, site: HubSite) throws(ReplicaError) -> Int64? {
        guard site.refusals > 0 else { return nil }
        return try find.bind(1, site.id).bind(2, row.table).bind(3, .blob(row.key.bytes)).firstInteger()
    }

    /// The site has seen all refusals up to `safe`, and has nothing left that was written before.
    func forget(_ site: HubSite, upTo safe: Position) throws(ReplicaError) {
        guard site.refusals > 0 else { return }
        try drop.bind(1, site.id).bind(2, safe.number).run()
        site.refusals = Int(
            try sql.statement("SELECT count(*) FROM linli_refused WHERE site = ?1").bind(1, site.id).firstInteger() ?? 0
        )
    }
}
