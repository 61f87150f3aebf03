/// Makes sure that what clients committed to linli.db is on the disk, whatever their `synchronous` says, before a seal
/// of it leaves.
///
/// Commits stand in the write-ahead log until a checkpoint copies them into the file; a client in synchronous OFF syncs
/// neither. So both are synced, the file only when it was written to, and the directory when the log is a new file.
/// The log is opened anew each time. The file itself is never opened here: closing any descriptor of it would drop all
/// of SQLite's locks on it in this process (POSIX record locks belong to process and file), and the next client to leave
/// would take itself for the last one and remove the log under the daemon's feet. It is synced through the descriptor
/// that SQLite has.
public struct ReplicaSync: Sendable {
    private let path: String
    private let files: any FileSystem
    private var log: FileIdentity?
    private var writtenNanoseconds: Int64?

    /// - Parameter path: of linli.db.
    public init(path: String, files: any FileSystem = SystemFiles()) {
        self.path = path
        self.files = files
    }

    /// Returns when everything that was committed before the call is on the disk. After an error nothing is known of
    /// what was committed since the last success. `connection` is one to the file that nobody uses now.
    public mutating func sync(through connection: Connection) throws(ReplicaError) {
        do {
            try syncLog()
            try syncFile(connection)
        } catch {
            log = nil
            writtenNanoseconds = nil
            throw error
        }
    }

    private mutating func syncLog() throws(ReplicaError) {
        // No log: the last client closed, and its commits are in the file.
        guard let found = try files.sync(path + "-wal"), found.identity != log else { return }
        try files.syncDirectory(of: path)
        log = found.identity
    }

    private mutating func syncFile(_ connection: Connection) throws(ReplicaError) {
        let now = try files.state(of: path).changedNanoseconds
        guard now != writtenNanoseconds else { return }
        try connection.use { sql in try sql.syncMainFile() }
        writtenNanoseconds = now
    }
}
