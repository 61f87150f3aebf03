import Glibc

/// Whether this user may work in a node's directory: SQLite says of a file that may not be opened only that it cannot.
enum DirectoryAccess {
    /// Why no replica is to be seen in the directory: there is none, or this user may not look.
    static func absence(of directory: String) -> ReplicaError {
        guard access(directory + "/linli.db", F_OK) != 0, errno == EACCES else {
            return .notANode(directory: directory)
        }
        return .file(path: directory, operation: "opening", code: EACCES)
    }

    /// Why a database cannot be opened for reading and writing; nil when rights are not the reason.
    static func refusal(ofDatabase path: String) -> ReplicaError? {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        for (place, mode) in [(path, R_OK | W_OK), (directory.isEmpty ? "." : directory, W_OK | X_OK)]
        where access(place, mode) != 0 {
            let code = errno
            guard [EACCES, EPERM, EROFS].contains(code) else { continue }
            return .file(path: place, operation: "opening", code: code)
        }
        return nil
    }
}
