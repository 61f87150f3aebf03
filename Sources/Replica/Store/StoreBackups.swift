public import ChangeLog

/// How far the hub's backups are, as it last told: `backup(site) → number` in changes.db. A hub that never told is one
/// whose operator backs it up by other means, or not at all.
struct BackupTable {
    static let definition =
        "CREATE TABLE IF NOT EXISTS backup(site INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT"

    private let sql: SQL
    private let site: SiteID

    init(_ sql: SQL, site: SiteID) {
        self.sql = sql
        self.site = site
    }

    func read() throws(ReplicaError) -> ChangesetNumber? {
        try sql.statement("SELECT number FROM backup WHERE site = ?1").bind(1, Int64(bitPattern: site.raw))
            .firstInteger().map { ChangesetNumber($0) }
    }

    func write(_ number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("INSERT INTO backup(site, number) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = ?2")
            .bind(1, Int64(bitPattern: site.raw)).bind(2, number.number).run()
    }
}

extension StoreReplica {
    /// The hub has everything up to `number` in a backup, too. What is above stays here, however old it grows.
    public func backedUp(through number: ChangesetNumber) throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            guard try log.use({ sql in try BackupTable(sql, site: site).read() }) != number else { return }
            try log.write { sql in
                try catchUp(sql)
                try BackupTable(sql, site: site).write(number)
            }
            state.isAheadOfLog = false
        }
    }
}
