import CReplica
import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// One connection to one SQLite file: GRDB opens it, configures it and serialises its use; statements are our own
/// (see `Statement`), prepared once and kept.
///
/// Law: everything on the file happens inside `use`, on GRDB's queue of this connection, one caller at a time.
public final class Connection: Sendable {
    /// Nobody asks SQLite how much memory it has, and counting takes a lock of all connections at each piece of it. False
    /// where the process used SQLite before its first connection of ours: it counts on, which is slower and no more.
    private static let countsNoMemory = creplica_count_no_memory() == SQLITE_OK

    private let opened: OpenedFile
    private let opening: FileOpening

    private var queue: DatabaseQueue { opened.queue }

    /// - Parameters:
    ///   - isReadOnly: the file is opened without the right to write.
    ///   - firesTriggers: as an application's does.
    ///   - pragmas: run once, in order.
    public init(
        path: String,
        isReadOnly: Bool = false,
        firesTriggers: Bool = true,
        pragmas: [String]
    ) throws(ReplicaError) {
        let opening = FileOpening(path: path, isReadOnly: isReadOnly, firesTriggers: firesTriggers, pragmas: pragmas)
        self.opening = opening
        do {
            let kept = OpenedFile.keeper.withLock { $0 }?.take(opening)
            let opened = try kept ?? Self.open(opening)
            self.opened = opened
            try opened.queue.inDatabase { _ in
                // Its last owner may have died while they stood otherwise.
                try opened.sql.setTriggers(enabled: firesTriggers)
                // Nobody sets one later, and each has SQLite prepare all statements anew.
                if kept == nil { for pragma in pragmas { try opened.sql.execute(pragma) } }
            }
        } catch {
            let error = ReplicaError(wrapping: error, path: path)
            let mayBeRights = [SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM].contains(error.primaryCode)
            throw mayBeRights ? DirectoryAccess.refusal(ofDatabase: path) ?? error : error
        }
    }

    private static func open(_ opening: FileOpening) throws -> OpenedFile {
        _ = Self.countsNoMemory
        var configuration = Configuration()
        configuration.readonly = opening.isReadOnly
        configuration.busyMode = .timeout(10)
        configuration.allowsUnsafeTransactions = true
        configuration.label = opening.path
        // A higher one is a negative nice value, which takes a privilege that a daemon does not have.
        configuration.qos = .default
        let queue = try DatabaseQueue(path: opening.path, configuration: configuration)
        return try queue.inDatabase { db in
            guard let handle = db.sqliteConnection else {
                throw ReplicaError.sqlite(code: SQLITE_MISUSE, message: "closed", sql: "")
            }
            // GRDB watches what its own statements touch; ours are none of its, and each prepare of a statement with
            // triggers would call it hundreds of times.
            sqlite3_set_authorizer(handle, nil, nil)
            // Its hooks point at an object that it frees when it closes; the file itself closes with our last
            // statement, which may be later, and rolls back what is open then.
            sqlite3_commit_hook(handle, nil, nil)
            sqlite3_rollback_hook(handle, nil, nil)
            return OpenedFile(queue, handle)
        }
    }

    deinit {
        guard !opened.isClosed else { return }
        OpenedFile.keeper.withLock { $0 }?.offer(opened, opening)
    }

    /// Runs `body` with the connection to itself.
    public func use<Result>(_ body: (SQL) throws -> Result) throws(ReplicaError) -> Result {
        do {
            return try queue.inDatabase { _ in
                do {
                    return try body(opened.sql)
                } catch {
                    opened.sql.resetStatements()
                    throw error
                }
            }
        } catch {
            throw ReplicaError(wrapping: error, path: queue.path)
        }
    }

    /// Runs `body` in a transaction that holds the write lock from its beginning; rolled back when it throws.
    public func write<Result>(_ body: (SQL) throws -> Result) throws(ReplicaError) -> Result {
        try use { sql in try sql.transaction("BEGIN IMMEDIATE", body) }
    }

    /// Runs `body` in one snapshot.
    public func read<Result>(_ body: (SQL) throws -> Result) throws(ReplicaError) -> Result {
        try use { sql in try sql.transaction("BEGIN", body) }
    }

    /// Finalises the statements and closes the file.
    public func close() throws(ReplicaError) {
        do {
            queue.inDatabase { _ in opened.sql.forgetStatements() }
            try queue.close()
            opened.isClosed = true
        } catch {
            throw ReplicaError(wrapping: error, path: queue.path)
        }
    }
}

/// A connection's SQL, inside `Connection.use`. Never kept outside of it.
public final class SQL {
    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    private var firesTriggers = true
    /// What made the TEMP tables that this connection has; empty while it has none.
    var temporaryTables = ""

    init(_ handle: OpaquePointer) { self.handle = handle }

    /// The cached statement for this text; prepared on first use.
    public func statement(_ text: String) throws(ReplicaError) -> Statement {
        if let kept = statements[text] { return kept }
        let fresh = try Statement(text, on: handle)
        statements[text] = fresh
        return fresh
    }

    /// Runs one or more statements that nobody runs again.
    public func execute(_ script: String) throws(ReplicaError) {
        guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
            throw ReplicaError.last(of: handle, sql: script)
        }
    }

    /// Rows changed by the last INSERT, UPDATE or DELETE of this connection.
    public var changes: Int { Int(sqlite3_changes64(handle)) }

    /// Rows that this connection inserted, updated and deleted since it was opened, by triggers too.
    public var rowsWritten: Int64 { sqlite3_total_changes64(handle) }

    public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Triggers of this connection stand aside, or fire. Other connections are not concerned.
    public func setTriggers(enabled: Bool) throws(ReplicaError) {
        // SQLite prepares all statements anew after it.
        guard enabled != firesTriggers else { return }
        guard creplica_enable_triggers(handle, enabled ? 1 : 0) == SQLITE_OK else {
            throw ReplicaError.last(of: handle, sql: "")
        }
        firesTriggers = enabled
    }

    /// What was written to the main database file, by whomever, is on the disk when this returns.
    func syncMainFile() throws(ReplicaError) {
        let code = creplica_sync_main_file(handle)
        guard code == SQLITE_OK else {
            throw ReplicaError.sqlite(code: code, message: String(cString: sqlite3_errstr(code)), sql: "")
        }
    }

    /// What the write-ahead log holds goes into the file, and the log begins anew, as far as nobody reads it. To be done
    /// when a file is opened: after a failed sync the kernel shows a commit that the disk does not have, SQLite takes it
    /// for good when it recovers, and everything that is committed after it would be lost with it.
    func rewriteLog() throws(ReplicaError) { try execute("PRAGMA wal_checkpoint(TRUNCATE)") }

    /// After an error: a statement that was left at a row would hold its snapshot, and every later write of this
    /// connection would fail as locked.
    func resetStatements() {
        for statement in statements.values { statement.reset() }
    }

    /// After a schema change, so that no statement is prepared anew at each step.
    public func forgetStatements() { statements = [:] }

    func transaction<Result>(_ begin: String, _ body: (SQL) throws -> Result) throws -> Result {
        try statement(begin).run()
        do {
            let result = try body(self)
            try statement("COMMIT").run()
            return result
        } catch {
            if isInTransaction { try statement("ROLLBACK").run() }
            throw error
        }
    }
}

extension ReplicaError {
    /// Our own errors as they are; GRDB's by their code and message.
    init(wrapping error: any Error, path: String) {
        switch error {
        case let error as ReplicaError: self = error
        case let error as DatabaseError:
            self = .sqlite(
                code: error.extendedResultCode.rawValue,
                message: "\(path): \(error.message ?? "\(error)")",
                sql: ""
            )
        default: self = .sqlite(code: SQLITE_ERROR, message: "\(path): \(error)", sql: "")
        }
    }
}
