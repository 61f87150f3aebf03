import Glibc

/// Puts a backup in a hub's place.
///
///     FILE ─copy─▶ DIR/linli.db.new ─keys out, marked as restored─▶ DIR/linli.db
///     what was there ─▶ DIR/replaced-N/
///
/// Law: the replica comes under its name last, so that a restore that was cut is to be repeated; what was there is kept.
public struct HubRestore: Sendable {
    /// Everything that belongs to a hub's replica.
    private static let replaced = [
        "linli.db", "linli.db-wal", "linli.db-shm", "changes.db", "changes.db-wal", "changes.db-shm", "keys",
    ]

    private let directory: String
    private let files = SystemFiles()

    /// The caller holds the directory's lock.
    public init(directory: String) { self.directory = directory }

    /// Where what stands in the directory went; nil when nothing stood there.
    public struct Done: Hashable, Sendable {
        public var backup: HubBackup
        public var keptAt: String?
    }

    /// - Parameters:
    ///   - isForced: a replica that stands there is put aside.
    ///   - companions: gets the small files, to write them where they belong, before the replica is in place.
    /// - Throws: `ReplicaError.replaces` without force, `.notANode` for a file that is no backup; what `companions` throws.
    public func restore(
        from path: String,
        isForced: Bool,
        companions: ([HubBackup.Companion]) throws -> Void
    ) throws -> Done {
        let replica = StoreReplica.replicaPath(directory)
        if files.exists(replica), !isForced { throw ReplicaError.replaces(file: replica) }
        let building = replica + ".new"
        try files.removeDatabase(building)
        do {
            try files.copy(path, to: building)
            let (backup, small) = try open(building, named: path)
            // As `hub init` makes it; the directory keeps strangers out.
            guard chmod(building, 0o644) == 0 else {
                throw ReplicaError.file(path: building, operation: "chmod", code: errno)
            }
            let kept = try putAside()
            try companions(small)
            try files.rename(building, to: replica)
            return Done(backup: backup, keptAt: kept)
        } catch {
            try files.removeDatabase(building)
            throw error
        }
    }

    /// Takes the small files out of the copy, leaving no trace of them, and marks it as restored.
    private func open(
        _ building: String,
        named path: String
    ) throws(ReplicaError) -> (HubBackup, [HubBackup.Companion]) {
        let copy = try Connection(path: building, pragmas: ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"])
        let found = try copy.use { sql in
            try ReplicaSchema.checkFormat(sql, file: path)
            let hasTables = try sql.statement(
                "SELECT count(*) FROM sqlite_schema WHERE name IN ('linli_backup', 'linli_backup_file')"
            ).firstInteger()
            guard hasTables == 2, case .hub = try Settings(sql).role() else {
                throw ReplicaError.notABackup(file: path)
            }
            try HubBackup.check(sql, file: path)
            guard let madeAt = try sql.statement("SELECT made_at FROM linli_backup").firstInteger() else {
                throw ReplicaError.notABackup(file: path)
            }
            let backup = HubBackup(
                network: try Settings(sql).text(.network),
                madeAt: madeAt,
                reach: try HubBackup.sitesReached(sql)
            )
            let companions = try self.companions(sql)
            // Tills may read this file: the pages in which the keys stood are overwritten.
            try sql.execute("PRAGMA secure_delete = ON")
            try sql.execute("DELETE FROM linli_backup_file; DROP TABLE linli_backup_file; DROP TABLE linli_backup")
            try Settings(sql).put(.restored, backup.madeAt)
            try sql.rewriteLog()
            return (backup, companions)
        }
        try copy.close()
        return found
    }

    private func companions(_ sql: SQL) throws(ReplicaError) -> [HubBackup.Companion] {
        let rows = try sql.statement("SELECT name, bytes FROM linli_backup_file ORDER BY name")
        defer { rows.reset() }
        var found: [HubBackup.Companion] = []
        while try rows.step() { found.append(HubBackup.Companion(name: rows.string(0), bytes: rows.bytes(1))) }
        return found
    }

    private func putAside() throws(ReplicaError) -> String? {
        let there = Self.replaced.filter { files.exists("\(directory)/\($0)") }
        guard !there.isEmpty else { return nil }
        var number = 1
        while files.exists("\(directory)/replaced-\(number)") { number += 1 }
        let place = "\(directory)/replaced-\(number)"
        guard mkdir(place, 0o700) == 0 else { throw .file(path: place, operation: "mkdir", code: errno) }
        // The replica first: a directory with keys and without a replica is no hub.
        for name in there { try files.rename("\(directory)/\(name)", to: "\(place)/\(name)") }
        try files.syncDirectory(of: "\(directory)/linli.db")
        return place
    }
}
