import ChangeLog

/// Parts of changesets that do not fit a frame, until the last has come: `changes.db` beside the hub's replica.
///
///     linli_part(site, number, part) → header (with the first part that came), bytes
///
/// Law: a part is held once it is synced to disk; so a push resumes after the last part that was confirmed, whatever
/// happened to the session or to the hub.
final class HeldParts: Sendable {
    private let connection: Connection

    init(path: String) throws(ReplicaError) {
        connection = try Connection(
            path: path,
            pragmas: ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"]
        )
        try connection.use { sql in
            try sql.execute(
                """
                CREATE TABLE IF NOT EXISTS linli_part (
                  site TEXT NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
                  PRIMARY KEY (site, number, part)
                ) STRICT
                """
            )
        }
    }

    /// Holds one part; a repeated one changes nothing.
    ///
    /// - Returns: how many parts of the changeset are held without a gap.
    func hold(_ bytes: [UInt8], part: Int, of number: ChangesetNumber, site: SiteID) throws(ReplicaError) -> Int {
        try connection.write { sql in
            try sql.statement("INSERT OR IGNORE INTO linli_part (site, number, part, bytes) VALUES (?1, ?2, ?3, ?4)")
                .bind(1, site.description).bind(2, number.number).bind(3, part).bind(4, .blob(bytes)).run()
            return try Self.count(sql, number, site)
        }
    }

    /// How many parts of the changeset are held without a gap.
    func count(of number: ChangesetNumber, site: SiteID) throws(ReplicaError) -> Int {
        try connection.use { sql in try Self.count(sql, number, site) }
    }

    func part(_ part: Int, of number: ChangesetNumber, site: SiteID) throws(ReplicaError) -> [UInt8]? {
        try connection.use { sql in
            try sql.statement("SELECT bytes FROM linli_part WHERE site = ?1 AND number = ?2 AND part = ?3")
                .bind(1, site.description).bind(2, number.number).bind(3, part).firstBytes()
        }
    }

    /// Drops what the hub needs no more of a site: the parts of changesets up to a number, or all but one number's.
    func drop(upTo number: ChangesetNumber, site: SiteID) throws(ReplicaError) {
        try connection.use { sql in
            try sql.statement("DELETE FROM linli_part WHERE site = ?1 AND number <= ?2")
                .bind(1, site.description).bind(2, number.number).run()
        }
    }

    /// Drops a changeset whose parts do not fit together.
    func drop(_ number: ChangesetNumber, site: SiteID) throws(ReplicaError) {
        try connection.use { sql in
            try sql.statement("DELETE FROM linli_part WHERE site = ?1 AND number = ?2")
                .bind(1, site.description).bind(2, number.number).run()
        }
    }

    func close() throws(ReplicaError) { try connection.close() }

    private static func count(_ sql: SQL, _ number: ChangesetNumber, _ site: SiteID) throws(ReplicaError) -> Int {
        let parts = try sql.statement("SELECT part FROM linli_part WHERE site = ?1 AND number = ?2 ORDER BY part")
        parts.bind(1, site.description).bind(2, number.number)
        defer { parts.reset() }
        var count = 0
        while try parts.step(), parts.integer(0) == count { count += 1 }
        return count
    }
}
