import ChangeLog

/// Lays own writes on the rows of a round, in the order in which they were made.
struct RoundOverlay {
    let rounds: RoundTables
    let writer: OverlayWriter
    /// In a complete round a row that is not named is absent at the hub; otherwise it stands as it is, and writes on it
    /// are visible already.
    let isComplete: Bool
    let sql: SQL

    /// Lays the changesets after `number` up to `last`.
    func lay(after number: ChangesetNumber, upTo last: ChangesetNumber, in log: Connection, site: SiteID) throws {
        guard number < last else { return }
        // In a complete round every own write counts, named or not.
        let digests = isComplete ? nil : try rounds.digests(sql)
        if let digests, digests.isEmpty { return }
        try log.read { logSQL in
            try ChangesetTable(logSQL, site: site).pending(
                after: number,
                upTo: last,
                where: { rows in digests.map { RowDigest.anyOf(rows, isIn: $0) } ?? true }
            ) { segment in
                var segment = segment
                while let write = try segment.next() { try lay(write) }
            }
        }
    }

    func lay(_ write: Operation) throws(ReplicaError) {
        guard rounds.tables.indices.contains(write.table) else { return }
        let table = rounds.tables[write.table]
        let found = try table.load(write.key, sql)
        guard var row = found ?? (isComplete ? OverlaidRow(deadAt: 0, plan: table.plan) : nil) else { return }
        let before = row
        row.lay(write, by: writer, plan: table.plan)
        if row != before || found == nil { try table.store(row, at: write.key, sql) }
    }
}
