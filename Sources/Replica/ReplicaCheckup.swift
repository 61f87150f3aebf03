import GRDBSQLite

/// What can be seen of a replica's files without changing them, with a daemon or without: for `linli doctor`.
public struct ReplicaCheckup: Hashable, Sendable {
    /// What SQLite finds wrong in the files, each line with its file; empty when nothing is.
    public var damage: [String]
    /// As it stands in the file; ours is `wal`. Empty when the file is too damaged to tell.
    public var journalMode = ""
    /// What a client gets that sets nothing: 0 OFF, 1 NORMAL, 2 FULL, 3 EXTRA.
    public var synchronousDefault = 2
    /// What an application altered of ours, in words.
    public var alterations: [String] = []

    /// How many lines of damage are worth reading.
    private static let damageMax = 5

    /// Reads every page of linli.db and changes.db. Tills and the daemon go on meanwhile.
    ///
    /// - Throws: `ReplicaError.notANode`, `.newer`, or what SQLite says of a file that is not damaged.
    public static func run(
        directory: String,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> ReplicaCheckup {
        let path = StoreReplica.replicaPath(directory)
        guard files.exists(path) else { throw DirectoryAccess.absence(of: directory) }
        var checkup: ReplicaCheckup
        do { checkup = try look(at: path) } catch {
            guard error.isOfDamage else { throw error }
            checkup = ReplicaCheckup(damage: ["linli.db: \(error)"])
        }
        let log = "\(directory)/changes.db"
        if files.exists(log) { checkup.damage += try damage(ofLog: log) }
        return checkup
    }

    /// `ReplicaError.notANode` where no node lives; nil where one does, or this user may not look.
    public static func absence(of directory: String, files: any FileSystem = SystemFiles()) -> ReplicaError? {
        guard !files.exists(StoreReplica.replicaPath(directory)),
            case .notANode(let place) = DirectoryAccess.absence(of: directory)
        else { return nil }
        return .notANode(directory: place)
    }

    private static func look(at path: String) throws(ReplicaError) -> ReplicaCheckup {
        let connection = try Connection(path: path, pragmas: ["PRAGMA query_only = ON", "PRAGMA trusted_schema = ON"])
        let checkup = try connection.read { sql in
            try ReplicaSchema.checkFormat(sql, file: path)
            let plan = try SchemaPlan.stored(sql)
            return ReplicaCheckup(
                damage: try damage(sql, in: "linli.db"),
                journalMode: try text(sql, "PRAGMA journal_mode"),
                synchronousDefault: Int(try sql.statement("PRAGMA synchronous").firstInteger() ?? 0),
                alterations: try ReplicaSchema.alterations(sql, plan: plan, role: Settings(sql).role())
            )
        }
        try connection.close()
        return checkup
    }

    private static func damage(ofLog path: String) throws(ReplicaError) -> [String] {
        do {
            let connection = try Connection(path: path, pragmas: ["PRAGMA query_only = ON"])
            let found = try connection.read { sql in try damage(sql, in: "changes.db") }
            try connection.close()
            return found
        } catch {
            guard error.isOfDamage else { throw error }
            return ["changes.db: \(error)"]
        }
    }

    private static func damage(_ sql: SQL, in file: String) throws(ReplicaError) -> [String] {
        var found: [String] = []
        do {
            let lines = try sql.statement("PRAGMA integrity_check(\(damageMax))")
            defer { lines.reset() }
            while try lines.step() {
                let line = lines.string(0)
                if line != "ok" { found.append("\(file): \(line)") }
            }
            let keys = try sql.statement("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check LIMIT \(damageMax)")
            defer { keys.reset() }
            while try keys.step() { found.append("\(file): rows of \(keys.string(0)) name rows that are not there") }
        } catch {
            guard error.isOfDamage else { throw error }
            found.append("\(file): \(error)")
        }
        return found
    }

    private static func text(_ sql: SQL, _ query: String) throws(ReplicaError) -> String {
        let row = try sql.statement(query)
        defer { row.reset() }
        return try row.step() ? row.string(0) : ""
    }
}

extension ReplicaError {
    /// What stands on the disk is not what was written.
    fileprivate var isOfDamage: Bool {
        switch self {
        case .damaged, .damagedSetting, .notOfOneTime: true
        default: [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR].contains(primaryCode)
        }
    }
}
