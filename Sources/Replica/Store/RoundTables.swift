import ChangeLog

/// The TEMP tables of all tables of the schema, and what a round says beside rows: lives and notes.
///
///     linli_round_life(tbl, key, life)        the entry that linli_life shall have; NULL: none
///     linli_round_note(kind, id, f0 … f9)     lines for linli_conflict (kind 0) and linli_quarantine (1)
struct RoundTables {
    let tables: [RoundTable]

    init(_ tables: [RoundTable]) { self.tables = tables }

    private static let lives = """
        CREATE TABLE temp.linli_round_life(
          tbl INTEGER NOT NULL, key BLOB NOT NULL, life INTEGER, PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID;
        """

    /// Made once for a connection, whoever owns it, and each version of the schema: SQLite prepares all statements anew
    /// after it. A round clears what an earlier one left.
    func create(_ sql: SQL) throws(ReplicaError) {
        let script = (tables.map(\.definition) + [Self.lives, RoundNotes.definition]).joined(separator: "\n")
        guard sql.temporaryTables != script else { return }
        sql.temporaryTables = ""
        for table in tables { try table.drop(sql) }
        try sql.execute("DROP TABLE IF EXISTS temp.linli_round_life")
        try RoundNotes.drop(sql)
        try sql.execute(script)
        sql.temporaryTables = script
    }

    /// The tables that the round says anything of: of many, a checkpoint names few.
    func named(_ sql: SQL) throws(ReplicaError) -> [RoundTable] {
        var named: [RoundTable] = []
        for table in tables where try table.hasAny(sql) { named.append(table) }
        return named
    }

    func clear(_ sql: SQL) throws(ReplicaError) {
        for table in try named(sql) { try table.clear(sql) }
        try sql.statement("DELETE FROM temp.linli_round_life").run()
        try RoundNotes.clear(sql)
    }

    /// Rows, rights and notes are as the replica has them.
    func areAsBefore(_ sql: SQL) throws(ReplicaError) -> Bool {
        for table in try named(sql) where try table.differs(sql) { return false }
        return try !RoundNotes.hasAny(sql)
    }

    /// The rows of the round as digests; nil when they are too many to be worth it.
    func digests(_ sql: SQL) throws -> Set<UInt32>? {
        var digests: Set<UInt32> = []
        for table in try named(sql) {
            guard digests.count < StoreLimits.digestedRowsMax else { return nil }
            try table.each(sql) { key, _ in
                digests.insert(RowDigest(RowKey(table: table.plan.number, key: key)).raw)
            }
        }
        return digests
    }
}
