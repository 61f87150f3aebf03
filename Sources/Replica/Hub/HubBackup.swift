public import ChangeLog

/// A backup of a hub in one file: its replica as it was at one moment, and, in a table of its own, the small files that
/// a hub needs beside it (its keys, the authority's among them). It is an SQLite database; only its owner may read it.
///
///     linli_backup(made_at, …)         one row: what it is
///     linli_backup_file(name, bytes)   KEYS/name → content
///
/// Law: the file appears under its name whole, checked and synced, or not at all.
public struct HubBackup: Hashable, Sendable {
    /// A small file that goes with the replica.
    public struct Companion: Hashable, Sendable {
        public var name: String
        public var bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// How far a site's change log is in a backup.
    public struct Reach: Hashable, Sendable {
        public var site: SiteID
        public var number: ChangesetNumber

        public init(site: SiteID, number: ChangesetNumber) {
            self.site = site
            self.number = number
        }
    }

    public var network: String
    /// Milliseconds since 1970 UTC, by the clock of the machine that made it.
    public var madeAt: Int64
    public var reach: [Reach]

    static let tables = """
        CREATE TABLE linli_backup (one INTEGER PRIMARY KEY CHECK (one = 1), made_at INTEGER NOT NULL) STRICT;
        CREATE TABLE linli_backup_file (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID
        """

    /// Makes a backup of a hub, whose daemon may run: SQLite copies one snapshot, and nobody waits for it.
    ///
    /// - Parameter path: where; nothing stands there.
    /// - Throws: `ReplicaError`, `.exists` among them.
    public static func make(
        of directory: String,
        at path: String,
        companions: [Companion],
        files: SystemFiles = SystemFiles(),
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> HubBackup {
        let facts = try NodeFacts.read(directory: directory, files: files)
        guard facts.role.isHub else { throw .wrongRole(file: directory, is: "store", wanted: "hub") }
        guard !files.exists(path) else { throw .inTheWay(file: path) }
        let partial = path + ".partial"
        do {
            try files.removeDatabase(partial)
            // SQLite writes into an empty file that is there, and so leaves its rights as they are.
            try files.makeEmpty(partial)
            let source = try Connection(path: StoreReplica.replicaPath(directory), pragmas: ReplicaPragmas.copying)
            try source.use { sql in try sql.statement("VACUUM INTO ?1").bind(1, partial).run() }
            try source.close()
            let reach = try complete(partial, companions: companions, nowMilliseconds: nowMilliseconds)
            _ = try files.sync(partial)
            try files.rename(partial, to: path)
            return HubBackup(network: facts.network, madeAt: nowMilliseconds, reach: reach)
        } catch {
            try files.removeDatabase(partial)
            throw error
        }
    }

    private static func complete(
        _ partial: String,
        companions: [Companion],
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> [Reach] {
        let copy = try Connection(
            path: partial,
            pragmas: ["PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL"]
        )
        let reach = try copy.use { sql in
            try sql.execute(tables)
            try sql.statement("INSERT INTO linli_backup VALUES (1, ?1)").bind(1, nowMilliseconds).run()
            for one in companions {
                try sql.statement("INSERT INTO linli_backup_file VALUES (?1, ?2)")
                    .bind(1, one.name).bind(2, .blob(one.bytes)).run()
            }
            try check(sql, file: partial)
            return try sitesReached(sql)
        }
        try copy.close()
        return reach
    }

    static func check(_ sql: SQL, file: String) throws(ReplicaError) {
        let answer = try sql.statement("PRAGMA quick_check(1)").firstBytes() ?? []
        guard answer == Array("ok".utf8) else {
            throw .damaged(what: "\(file): \(String(decoding: answer, as: UTF8.self));")
        }
    }

    static func sitesReached(_ sql: SQL) throws(ReplicaError) -> [Reach] {
        let rows = try sql.statement("SELECT site, number FROM linli_site WHERE id <> 0 ORDER BY id")
        defer { rows.reset() }
        var reach: [Reach] = []
        while try rows.step() {
            guard let site = SiteID(rows.string(0)) else { throw .damaged(what: "linli_site") }
            reach.append(Reach(site: site, number: ChangesetNumber(rows.integer(1))))
        }
        return reach
    }
}
