/// What a replica asks of the file system beside SQLite: the system's, or a simulated disk.
///
/// Law: it serves the same files as the SQLite that opens the replica. Errors are `ReplicaError.file`, with the
/// operation and errno.
public protocol FileSystem: Sendable {
    /// False also where nobody can say.
    func exists(_ path: String) -> Bool

    /// Removes a file, if it is there.
    func remove(_ path: String) throws(ReplicaError)

    /// Renames a file, over another if there is one; the new name is on the disk when this returns.
    func rename(_ path: String, to name: String) throws(ReplicaError)

    /// The entries of the directory in which `path` stands are on the disk when this returns.
    func syncDirectory(of path: String) throws(ReplicaError)

    func state(of path: String) throws(ReplicaError) -> FileState

    /// What was written to the file, by whomever, is on the disk when this returns.
    ///
    /// - Returns: the file that was synced; nil when there is none.
    func sync(_ path: String) throws(ReplicaError) -> FileState?
}

/// A file at one moment.
public struct FileState: Hashable, Sendable {
    /// Which file it is, whatever its name.
    public var identity: FileIdentity
    /// Differs after a write; for comparing only.
    public var changedNanoseconds: Int64

    public init(identity: FileIdentity, changedNanoseconds: Int64) {
        self.identity = identity
        self.changedNanoseconds = changedNanoseconds
    }
}

/// Which file stands under a path.
public struct FileIdentity: Hashable, Sendable {
    public let device: UInt64
    public let inode: UInt64

    public init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

extension FileSystem {
    /// Removes a database and what stands beside it, if there.
    func removeDatabase(_ path: String) throws(ReplicaError) {
        for file in [path, path + "-wal", path + "-shm"] { try remove(file) }
    }
}
