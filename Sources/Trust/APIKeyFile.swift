import Glibc

/// `DIR/keys/api`: who may ask the node's HTTP API, as text that only its owner may read (0600). What stands in it is
/// the API's business; here it is read and written whole.
public struct APIKeyFile: Sendable {
    /// When the file was last written, as far as the system tells; nil while there is none.
    public struct Version: Hashable, Sendable {
        fileprivate var seconds: Int
        fileprivate var nanoseconds: Int
        fileprivate var inode: UInt
    }

    private let directory: String
    private var path: String { directory + "/api" }

    /// - Parameter dataDirectory: `DIR` of a node that has joined.
    public init(dataDirectory: String) { directory = dataDirectory + "/keys" }

    /// - Throws: `KeyFileError`.
    public func version() throws(KeyFileError) -> Version? {
        var found = stat()
        guard stat(path, &found) == 0 else {
            guard errno == ENOENT else { throw .failed("look for", path, SystemFault.last) }
            return nil
        }
        return Version(
            seconds: found.st_mtim.tv_sec,
            nanoseconds: found.st_mtim.tv_nsec,
            inode: UInt(truncatingIfNeeded: found.st_ino)
        )
    }

    /// The text; empty while there is none.
    ///
    /// - Throws: `KeyFileError`; also when others may read it.
    public func read() throws(KeyFileError) -> String {
        guard try version() != nil else { return "" }
        let contents: OwnFile.Contents
        do { contents = try OwnFile.read(path) } catch { throw .failed("read", path, error) }
        guard contents.mode & 0o077 == 0 else { throw .openToOthers(path, mode: contents.mode) }
        guard let text = String(validating: contents.bytes, as: UTF8.self) else {
            throw .damaged(path, .unreadable("not a text"))
        }
        return text
    }

    /// Replaces the text, with nobody else at it.
    ///
    /// - Throws: `KeyFileError`, or what `change` throws.
    public func update(_ change: (String) throws -> String) throws {
        let lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw KeyFileError.failed("open", directory, SystemFault.last) }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw KeyFileError.failed("lock", directory, SystemFault.last) }
        let text = try change(read())
        do { try OwnFile.write(Array(text.utf8), to: path, in: directory) } catch {
            throw KeyFileError.failed("write", path, error)
        }
    }
}
