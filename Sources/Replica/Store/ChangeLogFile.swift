import ChangeLog

/// `DIR/changes.db`: a store's change log, and the chunks of the round in progress, in a file of their own, so that
/// sealing never takes the write lock of the replica from a till.
///
///     log        one row: what is sealed, acknowledged and committed
///     changeset  a header a row
///     segment    the body of changesets, a segment a row
///     life       lives of rows that sealed changesets deleted or inserted again, since the last apply
///     staged     chunks of a long round
///
/// WAL, synchronous FULL: a commit here is on the disk. Only the store's daemon writes here.
struct ChangeLogFile {
    static let name = "changes.db"
    /// The file's format, in `PRAGMA user_version`; grows with each change that an older program could not read.
    static let format = 1

    let connection: Connection

    /// Makes the file, or empties one that a failed join left behind.
    static func create(at path: String, site: SiteID) throws(ReplicaError) -> ChangeLogFile {
        let file = ChangeLogFile(connection: try Connection(path: path, pragmas: pragmas))
        try file.connection.write { sql in
            for table in ["log", "changeset", "segment", "life", "staged"] {
                try sql.execute("DROP TABLE IF EXISTS \(table)")
            }
            try sql.execute(LogTable.definition)
            try sql.execute(ChangesetTable.definition)
            try sql.execute(LifeTable.definition("life"))
            try sql.execute(StagedTable.definition)
            try LogTable(sql).begin(site: site)
            try sql.execute("PRAGMA user_version = \(format)")
        }
        return file
    }

    static func open(at path: String) throws(ReplicaError) -> ChangeLogFile {
        let file = ChangeLogFile(connection: try Connection(path: path, pragmas: pragmas))
        let found = try file.connection.use { sql in
            let version = try sql.statement("PRAGMA user_version")
            defer { version.reset() }
            return try version.step() ? Int(version.integer(0)) : 0
        }
        guard found != 0 else { throw .notOfOneTime(file: path) }
        guard found <= format else { throw .newer(file: path, format: found) }
        return file
    }

    private static let pragmas = [
        "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA temp_store = MEMORY",
    ]
}
