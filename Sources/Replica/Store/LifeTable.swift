import ChangeLog

/// Lives of rows, sparsely: only of rows that are dead, or alive for the second time or more. A present row without
/// entry has life 1, an absent one without entry has life 0.
///
/// `linli_life` in linli.db holds the lives of the visible state as of the last apply; `life` in changes.db holds those
/// that own changesets made since, and counts first.
struct LifeTable {
    static let replica = "linli_life"
    static let log = "life"

    private let sql: SQL
    private let name: String

    init(_ sql: SQL, _ name: String) {
        self.sql = sql
        self.name = name
    }

    static func definition(_ name: String) -> String {
        "CREATE TABLE \(name)(tbl INTEGER NOT NULL, key BLOB NOT NULL, life INTEGER NOT NULL, PRIMARY KEY(tbl, key)) "
            + "STRICT, WITHOUT ROWID"
    }

    func life(of row: RowKey) throws(ReplicaError) -> Int? {
        let found = try sql.statement("SELECT life FROM \(name) WHERE tbl = ?1 AND key = ?2")
            .bind(1, row.table).bind(2, .blob(row.key.bytes))
        defer { found.reset() }
        return try found.step() ? Int(found.integer(0)) : nil
    }

    /// nil removes the entry.
    func put(_ life: Int?, of row: RowKey) throws(ReplicaError) {
        guard let life else {
            try sql.statement("DELETE FROM \(name) WHERE tbl = ?1 AND key = ?2")
                .bind(1, row.table).bind(2, .blob(row.key.bytes)).run()
            return
        }
        try sql.statement(
            "INSERT INTO \(name)(tbl, key, life) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET life = excluded.life"
        )
        .bind(1, row.table).bind(2, .blob(row.key.bytes)).bind(3, life).run()
    }

    func hasAny(table: Int) throws(ReplicaError) -> Bool {
        let found = try sql.statement("SELECT 1 FROM \(name) WHERE tbl = ?1 LIMIT 1").bind(1, table)
        defer { found.reset() }
        return try found.step()
    }

    func all() throws(ReplicaError) -> [SealedChangeset.Life] {
        let found = try sql.statement("SELECT tbl, key, life FROM \(name) ORDER BY tbl, key")
        defer { found.reset() }
        var lives: [SealedChangeset.Life] = []
        while try found.step() {
            let row = RowKey(table: Int(found.integer(0)), key: KeyBytes(stored: found.bytes(1)))
            lives.append(SealedChangeset.Life(row: row, life: Int(found.integer(2))))
        }
        return lives
    }

    func removeAll() throws(ReplicaError) { try sql.statement("DELETE FROM \(name)").run() }
}

/// The lives known at a store: those that own changesets made since the last apply, then those of the last apply.
struct KnownLives {
    let log: SQL
    let replica: SQL

    /// nil: 1 when the row is present, 0 when it is absent.
    func life(of row: RowKey) throws(ReplicaError) -> Int? {
        if let own = try LifeTable(log, LifeTable.log).life(of: row) { return own }
        return try LifeTable(replica, LifeTable.replica).life(of: row)
    }
}
