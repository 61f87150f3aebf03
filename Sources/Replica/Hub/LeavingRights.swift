import ChangeLog

/// Rights of stores in rows that left their scopes, until the store has seen the row leave: `linli_leaving`.
///
/// Law (rule 10): committing an eviction grants all rights held there to the hub. A store grants what it knows to hold;
/// what others granted it while it was cut off it never hears of, because its next round has only the eviction. So each
/// row that leaves is noted here with the position of its eviction, and once the store's safe position is at or above
/// that, what its ledger entry still holds goes to the hub. Below it a spend, or the store's own grant, may be under way:
/// the safe position counts the changesets of the outbox, too. A note outlives the eviction's entry in the feed, which
/// the horizon may drop; a store that is told to resync has seen the row leave once that is committed.
final class LeavingRights {
    /// No note stands, as a rule.
    private(set) var isEmpty = true
    private let upsert: Statement
    private let seen: Statement
    private let drop: Statement
    private let forget: Statement
    private let sql: SQL

    /// Files of an earlier version get it when they are opened.
    static let definition = """
        CREATE TABLE IF NOT EXISTS linli_leaving (
          site INTEGER NOT NULL, tbl INTEGER NOT NULL, key BLOB NOT NULL, position INTEGER NOT NULL,
          PRIMARY KEY (site, tbl, key)
        ) STRICT, WITHOUT ROWID;
        """

    init(_ sql: SQL) throws(ReplicaError) {
        self.sql = sql
        upsert = try sql.statement(
            """
            INSERT INTO linli_leaving (site, tbl, key, position) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET position = excluded.position
            """
        )
        seen = try sql.statement(
            "SELECT tbl, key FROM linli_leaving WHERE site = ?1 AND position <= ?2 ORDER BY position, tbl, key"
        )
        drop = try sql.statement("DELETE FROM linli_leaving WHERE site = ?1 AND position <= ?2")
        forget = try sql.statement("DELETE FROM linli_leaving WHERE site = ?1")
        try lookAgain()
    }

    /// Writes were taken back, or notes dropped.
    func lookAgain() throws(ReplicaError) {
        isEmpty = try sql.statement("SELECT 1 FROM linli_leaving LIMIT 1").firstInteger() == nil
    }

    func put(_ row: RowKey, of site: HubSite, at position: Int64) throws(ReplicaError) {
        upsert.bind(1, site.id).bind(2, row.table).bind(3, .blob(row.key.bytes))
        try upsert.bind(4, position).run()
        isEmpty = false
    }

    /// The rows that the site has seen leave; they are noted no more.
    func take(seenBy site: HubSite) throws(ReplicaError) -> [RowKey] {
        seen.bind(1, site.id).bind(2, site.safe.number)
        var rows: [RowKey] = []
        while try seen.step() { rows.append(RowKey(table: Int(seen.integer(0)), key: KeyBytes(stored: seen.bytes(1)))) }
        guard !rows.isEmpty else { return [] }
        try drop.bind(1, site.id).bind(2, site.safe.number).run()
        try lookAgain()
        return rows
    }

    /// The site is fenced: its rights are frozen until they are released, wherever its rows are.
    func forget(_ site: HubSite) throws(ReplicaError) {
        guard !isEmpty else { return }
        try forget.bind(1, site.id).run()
        try lookAgain()
    }
}

extension HubWriter {
    /// The row stands in these scopes now: notes who holds units in it and does not receive it any more.
    func noteLeaving(_ table: HubTable, _ key: [Value], to scopes: RowScopes, at position: Int64) throws(ReplicaError) {
        guard let ledgers = table.ledgers else { return }
        var noted: [Int64] = []
        for ledger in try ledgers.load(key) {
            for holding in ledger.holdings where holding.units > 0 {
                guard let name = NodeName(holding.holder), let id = stores[name]?.site, !noted.contains(id),
                    !sites[id].scopes.receives(scopes)
                else { continue }
                noted.append(id)
                try leaving.put(RowKey(table: table.plan.number, key: key), of: sites[id], at: position)
            }
        }
    }

    /// What sites that told their safe position still hold in rows that they saw leave goes to the hub. Part of the
    /// transaction under way.
    func takeBackRights() throws(ReplicaError) {
        let told = toldSafe
        toldSafe = []
        guard !leaving.isEmpty, !told.isEmpty, !mistakes.contains(.strandRights) else { return }
        // A look that mends what is planted elsewhere would hide it.
        if !mistakes.contains(.mergeBeforeSealing) { try sealOwn() }
        for id in told.sorted() where sites[id].state == .active {
            for row in try leaving.take(seenBy: sites[id]) { try takeBack(row, from: sites[id]) }
        }
        try shareGrants()
    }

    private func takeBack(_ row: RowKey, from site: HubSite) throws(ReplicaError) {
        let table = tables[row.table]
        let key: [Value]
        do {
            key = try row.key.key()
        } catch {
            throw .damaged(what: "linli_leaving: \(error)")
        }
        guard let meta = try table.rows.loadMeta(key), meta.isAlive else { return }
        // It came back to the store before that saw it leave.
        if site.scopes.receives(try scopes(of: row, meta, table)) { return }
        try moveRights(in: table, key, from: site.holder, to: NodeName.hub.text)
    }
}
