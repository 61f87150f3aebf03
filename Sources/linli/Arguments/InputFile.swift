import Glibc

/// A file that a person names, read whole.
enum InputFile {
    /// - Throws: `Failure` when it cannot be read, or is longer than `bytesMax`.
    static func read(_ path: String, bytesMax: Int) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(path, errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0 {
                guard errno != EINTR else { continue }
                throw failure(path, errno)
            }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= bytesMax else {
                throw Failure(ExitCodes.badInput, "\(path) is longer than \(bytesMax) bytes; name another file")
            }
        }
    }

    /// Before anything is done for its sake: the file is there, is no directory, and may be read.
    ///
    /// - Throws: `Failure` otherwise.
    static func check(_ path: String, cure: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(path, errno, cure: cure) }
        defer { close(file) }
        // A directory can be opened, and not read.
        var first: UInt8 = 0
        guard Glibc.read(file, &first, 1) >= 0 else { throw failure(path, errno, cure: cure) }
    }

    private static func failure(
        _ path: String,
        _ code: Int32,
        cure: String = "name a file that can be read"
    ) -> Failure {
        let exit = code == EACCES || code == EPERM ? ExitCodes.notPermitted : ExitCodes.badInput
        return Failure(exit, "cannot read \(path): \(String(cString: strerror(code))); \(cure)")
    }
}
