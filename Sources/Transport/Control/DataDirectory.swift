import Glibc

/// `DIR`, where a node lives.
public enum DataDirectory {
    /// Makes the directory and those above it, for its owner and group only; one that is there stays as it is.
    ///
    /// - Throws: `DataDirectoryError.failed`.
    public static func make(_ directory: String) throws(DataDirectoryError) {
        var path = ""
        for part in directory.split(separator: "/", omittingEmptySubsequences: true) {
            path += path.isEmpty && !directory.hasPrefix("/") ? String(part) : "/\(part)"
            guard mkdir(path, 0o770) == 0 || errno == EEXIST else { throw .failed("make", path, code: errno) }
        }
        var facts = stat()
        guard stat(directory, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
            throw .failed("use", directory, code: ENOTDIR)
        }
        guard access(directory, W_OK | X_OK) == 0 else { throw .failed("write to", directory, code: errno) }
    }

    /// The directory's group, the tills' users, may read and write this file; SQLite gives its log the same rights.
    ///
    /// - Throws: `DataDirectoryError.failed`.
    public static func openToGroup(_ file: String) throws(DataDirectoryError) {
        guard chmod(file, 0o660) == 0 else { throw .failed("give the group its rights to", file, code: errno) }
    }
}
