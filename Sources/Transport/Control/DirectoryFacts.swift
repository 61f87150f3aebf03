import Glibc

/// What the system says of a data directory and the disk under it.
public struct DirectoryFacts: Hashable, Sendable {
    /// What this user may still write there.
    public var freeBytes: UInt64
    /// The disk has no room for another file's name; a disk that does not count them has.
    public var isOutOfFiles: Bool
    public var isReadOnly: Bool
    /// Permission bits.
    public var mode: UInt32
    /// Of the directory and its databases, those that this user may not write.
    public var unwritable: [String]

    /// - Throws: `DataDirectoryError`.
    public init(_ directory: String) throws(DataDirectoryError) {
        var disk = statvfs()
        var facts = stat()
        guard stat(directory, &facts) == 0 else {
            throw errno == ENOENT ? .noDirectory(directory) : .failed("look at", directory, code: errno)
        }
        guard statvfs(directory, &disk) == 0 else { throw .failed("look at the disk of", directory, code: errno) }
        freeBytes = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
        isOutOfFiles = disk.f_files > 0 && disk.f_favail == 0
        isReadOnly = UInt(disk.f_flag) & UInt(ST_RDONLY) != 0
        mode = facts.st_mode & 0o7777
        unwritable = ["", "/linli.db", "/changes.db"].map { directory + $0 }
            .filter { access($0, F_OK) == 0 && access($0, R_OK | W_OK) != 0 }
    }
}
