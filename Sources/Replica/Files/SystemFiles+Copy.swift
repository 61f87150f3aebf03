import Glibc

/// What backups need of the file system.
extension SystemFiles {
    /// Makes an empty file that only its owner may read.
    func makeEmpty(_ path: String) throws(ReplicaError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .file(path: path, operation: "open", code: errno) }
        close(file)
    }

    /// Copies a file into a new one that only its owner may read; it is on the disk when this returns.
    func copy(_ path: String, to fresh: String) throws(ReplicaError) {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw .file(path: path, operation: "open", code: errno) }
        defer { close(source) }
        let target = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw .file(path: fresh, operation: "open", code: errno) }
        defer { close(target) }
        var piece = [UInt8](repeating: 0, count: 256 * 1_024)
        while true {
            let count = read(source, &piece, piece.count)
            if count < 0 {
                guard errno == EINTR else { throw .file(path: path, operation: "read", code: errno) }
                continue
            }
            if count == 0 { break }
            var written = 0
            while written < count {
                let more = piece[written..<count].withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
                if more < 0 {
                    guard errno == EINTR else { throw .file(path: fresh, operation: "write", code: errno) }
                    continue
                }
                written += more
            }
        }
        guard fsync(target) == 0 else { throw .file(path: fresh, operation: "fsync", code: errno) }
    }
}
