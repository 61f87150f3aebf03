import Glibc

/// A file that appears under its name whole, or not at all; only its owner may read it.
///
///     PATH.partial ──written, synced──▶ PATH         the directory is synced after the rename
public final class NewFile {
    private let path: String
    private let partial: String
    private let file: Int32
    private var isOpen = true

    /// - Throws: `DataDirectoryError.failed`, with EEXIST when there is one of this name.
    public init(path: String) throws(DataDirectoryError) {
        self.path = path
        partial = path + ".partial"
        guard access(path, F_OK) != 0 else { throw .failed("write over", path, code: EEXIST) }
        guard unlink(partial) == 0 || errno == ENOENT else { throw .failed("replace", partial, code: errno) }
        file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .failed("make", partial, code: errno) }
    }

    public func write(_ bytes: [UInt8]) throws(DataDirectoryError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw .failed("write", partial, code: errno) }
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    /// It is on the disk under its name when this returns.
    public func finish() throws(DataDirectoryError) {
        guard fsync(file) == 0 else { throw .failed("sync", partial, code: errno) }
        isOpen = false
        guard close(file) == 0 else { throw .failed("close", partial, code: errno) }
        guard rename(partial, path) == 0 else { throw .failed("name", path, code: errno) }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .failed("open", parent, code: errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .failed("sync", parent, code: errno) }
    }

    /// Nothing of it remains.
    public func abandon() {
        if isOpen { close(file) }
        isOpen = false
        unlink(partial)
    }
}
