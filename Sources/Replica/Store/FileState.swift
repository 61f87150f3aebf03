import Glibc

/// What a store does with files as files.
enum FileState {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Removes a database and what stands beside it, if there.
    static func removeDatabase(_ path: String) throws(ReplicaError) {
        for file in [path, path + "-wal", path + "-shm"] where unlink(file) != 0 && errno != ENOENT {
            throw .file(path: file, operation: "unlink", code: errno)
        }
    }

    /// Renames a file; the new name is on the disk when this returns.
    static func rename(_ path: String, to name: String) throws(ReplicaError) {
        guard Glibc.rename(path, name) == 0 else { throw .file(path: name, operation: "rename", code: errno) }
        try syncDirectory(of: name)
    }

    /// Entries of the directory in which `path` stands are on the disk.
    static func syncDirectory(of path: String) throws(ReplicaError) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw .file(path: directory, operation: "open", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: directory, operation: "fsync", code: errno) }
    }
}
