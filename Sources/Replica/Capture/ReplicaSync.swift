import Glibc

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
    private var log: FileIdentity?
    private var written: timespec?

    /// - Parameter path: of linli.db.
    public init(path: String) { self.path = path }

    /// Returns when everything that was committed before the call is on the disk. After an error nothing is known of
    /// what was committed since the last success. `connection` is one to the file that nobody uses now.
    public mutating func sync(through connection: Connection) throws(ReplicaError) {
        do {
            try syncLog()
            try syncFile(connection)
        } catch {
            log = nil
            written = nil
            throw error
        }
    }

    private mutating func syncLog() throws(ReplicaError) {
        // No log: the last client closed, and its commits are in the file.
        guard let found = try Self.sync(path + "-wal", isOptional: true) else { return }
        let present = FileIdentity(found)
        guard present != log else { return }
        try Self.sync(directory, isOptional: false)
        log = present
    }

    private mutating func syncFile(_ connection: Connection) throws(ReplicaError) {
        var now = stat()
        guard stat(path, &now) == 0 else { throw .file(path: path, operation: "stat", code: errno) }
        if let written, written.tv_sec == now.st_mtim.tv_sec, written.tv_nsec == now.st_mtim.tv_nsec { return }
        try connection.use { sql in try sql.syncMainFile() }
        written = now.st_mtim
    }

    private var directory: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The file as it was synced; nil when it is optional and absent.
    @discardableResult
    private static func sync(_ path: String, isOptional: Bool) throws(ReplicaError) -> stat? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if isOptional, errno == ENOENT { return nil }
            throw .file(path: path, operation: "open", code: errno)
        }
        defer { close(descriptor) }
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { throw .file(path: path, operation: "fstat", code: errno) }
        guard fdatasync(descriptor) == 0 else { throw .file(path: path, operation: "fdatasync", code: errno) }
        return found
    }
}
