import ChangeLog

/// The lives of the round's rows against those known: what `linli_life` must say when the round is committed.
struct RoundLives {
    let rounds: RoundTables
    let sql: SQL

    /// The entry that a row in this life has.
    static func entry(_ life: Int) -> Int? { life > 1 ? life : nil }

    func put(_ life: Int?, of row: RowKey) throws(ReplicaError) {
        let statement = try sql.statement(
            """
            INSERT INTO temp.linli_round_life(tbl, key, life) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET life = excluded.life
            """
        ).bind(1, row.table).bind(2, .blob(row.key.bytes))
        if let life { statement.bind(3, life) } else { statement.bindNull(3) }
        try statement.run()
    }

    /// Before the lock: every row of the round whose entry is not the one that it must have, and in a complete round
    /// every entry whose row the round does not name. `own` are the lives that own changesets made since the last
    /// apply. True: all lives are as they were known.
    func compare(own: [RowKey: Int], isComplete: Bool) throws -> Bool {
        try sql.statement("DELETE FROM temp.linli_round_life").run()
        let known = LifeTable(sql, LifeTable.replica)
        var isSame = true
        for table in try rounds.named(sql) {
            let hasEntries = try !own.isEmpty || known.hasAny(table: table.plan.number)
            try table.each(where: hasEntries ? "1" : "life > 1", sql) { key, life in
                let row = RowKey(table: table.plan.number, key: key)
                let (wanted, entry) = (Self.entry(life), try known.life(of: row))
                if entry != wanted { try put(wanted, of: row) }
                if (own[row] ?? entry) != wanted { isSame = false }
            }
        }
        guard isComplete else { return isSame }
        for entry in try known.all() where try !isNamed(entry.row) { try put(nil, of: entry.row) }
        return isSame
    }

    /// Lives that own changesets made since the last apply, of rows that the round does not name.
    func addOwn(_ lives: [SealedChangeset.Life]) throws {
        for one in lives where try !isNamed(one.row) { try put(Self.entry(one.life), of: one.row) }
    }

    /// Under the lock: the row of a write that was sealed just now.
    func correct(_ write: Operation) throws {
        let row = RowKey(table: write.table, key: write.key)
        if let laid = try rounds.tables[write.table].load(write.key, sql) {
            try put(Self.entry(laid.row.life), of: row)
            return
        }
        switch write.kind {
        case .insert, .delete: try put(Self.entry(write.life), of: row)
        case .update, .grant: break
        }
    }

    /// Under the lock.
    func move() throws(ReplicaError) {
        try sql.statement(
            """
            DELETE FROM main.linli_life
            WHERE (tbl, key) IN (SELECT tbl, key FROM temp.linli_round_life WHERE life IS NULL)
            """
        ).run()
        try sql.statement(
            """
            INSERT INTO main.linli_life(tbl, key, life)
            SELECT tbl, key, life FROM temp.linli_round_life WHERE life IS NOT NULL
            ON CONFLICT DO UPDATE SET life = excluded.life
            """
        ).run()
    }

    private func isNamed(_ row: RowKey) throws -> Bool {
        guard rounds.tables.indices.contains(row.table) else { return false }
        return try rounds.tables[row.table].has(try row.key.key(), sql)
    }
}
