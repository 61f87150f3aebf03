import Glibc

/// The right to be the daemon of a data directory, or to change it while none runs: an exclusive `flock` on
/// `DIR/linli.lock`. The system lets go of it when the process ends, however it ends.
///
/// The file holds the holder's process id, for people; the lock is what counts.
public final class DataDirectoryLock: Sendable {
    public let directory: String
    private let file: Int32

    /// Takes the lock, or says who has it.
    ///
    /// - Parameter directory: `DIR`, which exists.
    /// - Throws: `DataDirectoryError`.
    public init(directory: String) throws(DataDirectoryError) {
        self.directory = directory
        let path = directory + "/linli.lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .noDirectory(directory) : .failed("open", path, code: errno)
        }
        do {
            try Self.lock(file, directory, path)
        } catch {
            close(file)
            throw error
        }
        self.file = file
    }

    deinit { close(file) }

    private static func lock(_ file: Int32, _ directory: String, _ path: String) throws(DataDirectoryError) {
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: throw .held(directory, by: holder(file))
            default: throw .failed("lock", path, code: errno)
            }
        }
        let line = Array("\(getpid())\n".utf8)
        guard ftruncate(file, 0) == 0, pwrite(file, line, line.count, 0) == line.count else {
            throw .failed("write", path, code: errno)
        }
    }

    /// The process id in the file; nil when there is none to read.
    private static func holder(_ file: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: text[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}

/// Why a data directory cannot be had.
public enum DataDirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
    case noDirectory(String)
    /// Another daemon has it, or a command that works on a stopped one.
    case held(String, by: Int32?)
    /// What was tried, on which path; `errno`.
    case failed(String, String, code: Int32)

    /// The rights, and not the disk.
    public var isNotPermitted: Bool {
        guard case .failed(_, _, let code) = self else { return false }
        return code == EACCES || code == EPERM || code == EROFS
    }

    public var description: String {
        switch self {
        case .noDirectory(let directory):
            "there is no directory \(directory); make a node with `linli hub init` or `linli store join`"
        case .held(let directory, let holder):
            "a daemon runs on \(directory) already\(holder.map { " (process \($0))" } ?? ""); stop that one first"
        case .failed(let verb, let path, let code) where isNotPermitted:
            "cannot \(verb) \(path): \(SystemErrorCode(code)); run as the owner of the data directory"
        case .failed(let verb, let path, let code):
            "cannot \(verb) \(path): \(SystemErrorCode(code)); check the disk and the --data directory"
        }
    }
}
