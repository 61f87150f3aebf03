import ChangeLog

/// `DIR/changes.db`: a store's change log, and the chunks of the round in progress, in a file of their own, so that
/// sealing never takes the write lock of the replica from a till.
///
///     log        one row: what is sealed, acknowledged and committed
///     changeset  a header a row
///     segment    the body of changesets, a segment a row
///     life       lives of rows that sealed changesets deleted or inserted again, since the last apply
///     staged     chunks of a long round
///     received   what came down last, for a hub that loses it
///     backup     how far the hub's backups are
///
/// WAL, synchronous FULL: a commit here is on the disk. Only the store's daemon writes here.
enum ChangeLogFile {
    static let name = "changes.db"
    /// The file's format, in `PRAGMA user_version`; grows with each change that an older program could not read.
    static let format = 2

    /// Makes an empty change log; one that a failed join left behind is removed.
    static func create(at path: String, site: SiteID, files: any FileSystem) throws(ReplicaError) {
        try files.removeDatabase(path)
        let file = try Connection(path: path, pragmas: pragmas)
        try file.write { sql in
            try sql.execute(LogTable.definition)
            try sql.execute(ChangesetTable.definition)
            try sql.execute(LifeTable.definition(LifeTable.log))
            try sql.execute(StagedTable.definition)
            try LogTable(sql).begin(site: site)
            try sql.execute("PRAGMA user_version = \(format)")
        }
        try file.close()
    }

    static func open(at path: String) throws(ReplicaError) -> Connection {
        let file = try Connection(path: path, pragmas: pragmas)
        let found = try file.use { sql in try sql.statement("PRAGMA user_version").firstInteger() ?? 0 }
        guard found != 0 else { throw .notOfOneTime(file: path) }
        guard found <= format else { throw .newer(file: path, format: Int(found)) }
        if found < 2 {
            try file.write { sql in
                for addition in LogTable.additions + ChangesetTable.additions { try sql.execute(addition) }
                try sql.execute("PRAGMA user_version = 2")
            }
        }
        try file.use { sql in
            try sql.execute(BackupTable.definition)
            try sql.execute(ReceivedChunks.definition)
            try sql.execute("DROP TABLE IF EXISTS starting")
        }
        return file
    }

    private static let pragmas = [
        "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA temp_store = MEMORY",
        "PRAGMA secure_delete = ON",
    ]
}
