import Glibc

/// The write-ahead log of a replica, as a file to be synced: a client's `synchronous` may be NORMAL, and then a commit
/// stands in the log but not yet on the disk.
struct WriteAheadLog {
    private let path: String

    /// - Parameter replica: the path of linli.db.
    init(of replica: String) { path = replica + "-wal" }

    /// What was committed before is on the disk when this returns. A log that is not there was checkpointed, and
    /// SQLite synced the file before it removed it.
    func sync() throws(ReplicaError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return }
            throw .file(path: path, operation: "opening", code: errno)
        }
        defer { close(file) }
        guard fdatasync(file) == 0 else { throw .file(path: path, operation: "syncing", code: errno) }
    }
}
