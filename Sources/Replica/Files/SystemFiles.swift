import Glibc

/// The file system of this machine.
public struct SystemFiles: FileSystem {
    public init() {}

    public func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    public func remove(_ path: String) throws(ReplicaError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .file(path: path, operation: "unlink", code: errno) }
    }

    public func rename(_ path: String, to name: String) throws(ReplicaError) {
        guard Glibc.rename(path, name) == 0 else { throw .file(path: name, operation: "rename", code: errno) }
        try syncDirectory(of: name)
    }

    public func syncDirectory(of path: String) throws(ReplicaError) {
        let directory = Self.directory(of: path)
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: directory, operation: "open", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: directory, operation: "fsync", code: errno) }
    }

    public func state(of path: String) throws(ReplicaError) -> FileState {
        var found = stat()
        guard stat(path, &found) == 0 else { throw .file(path: path, operation: "stat", code: errno) }
        return FileState(found)
    }

    public func sync(_ path: String) throws(ReplicaError) -> FileState? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .file(path: path, operation: "open", code: errno)
        }
        defer { close(descriptor) }
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { throw .file(path: path, operation: "fstat", code: errno) }
        guard fdatasync(descriptor) == 0 else { throw .file(path: path, operation: "fdatasync", code: errno) }
        return FileState(found)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension FileState {
    init(_ found: stat) {
        self.init(
            identity: FileIdentity(found),
            changedNanoseconds: Int64(found.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(found.st_mtim.tv_nsec)
        )
    }
}

extension FileIdentity {
    init?(path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        self.init(found)
    }

    init(_ found: stat) { self.init(device: UInt64(found.st_dev), inode: UInt64(found.st_ino)) }
}
