import Glibc

/// Files that only their owner may read, each written whole or not at all.
///
/// A new content is written to `PATH.new`, synced, and renamed over `PATH`; then the directory is synced, because a
/// rename lives in the directory. After a failed sync the temporary file is given up, never synced again.
enum OwnFile {
    struct Contents {
        let bytes: [UInt8]
        /// Permission bits.
        let mode: mode_t
    }

    /// Keys and certificates have 1 KiB or so.
    private static let bytesMax = 65_536

    /// Makes the directory 0700 unless it is there, and syncs its parent.
    static func makeDirectory(_ path: String) throws(SystemFault) {
        if mkdir(path, 0o700) != 0 {
            guard errno == EEXIST else { throw .last }
            return
        }
        try sync(directory: path + "/..")
    }

    static func read(_ path: String) throws(SystemFault) -> Contents {
        let file = try open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .last }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= bytesMax {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0 {
                guard errno == EINTR else { throw .last }
                continue
            }
            if count == 0 { return Contents(bytes: bytes, mode: status.st_mode & 0o7777) }
            bytes += piece[..<count]
        }
        throw SystemFault(code: EFBIG)
    }

    /// When the file was last written, milliseconds since 1970 UTC.
    static func modifiedMilliseconds(_ path: String) throws(SystemFault) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .last }
        return Int64(status.st_mtim.tv_sec) * 1_000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
    }

    static func write(_ bytes: [UInt8], to path: String, in directory: String) throws(SystemFault) {
        let new = path + ".new"
        do throws(SystemFault) {
            try writeAndSync(bytes, to: new)
            guard rename(new, path) == 0 else { throw SystemFault.last }
        } catch {
            unlink(new)
            throw error
        }
        try sync(directory: directory)
    }

    private static func writeAndSync(_ bytes: [UInt8], to path: String) throws(SystemFault) {
        // What a crash left behind may belong to a different content, or have other rights.
        guard unlink(path) == 0 || errno == ENOENT else { throw .last }
        let file = try open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode: 0o600)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                let fault = SystemFault.last
                guard fault.code != EINTR else { continue }
                close(file)
                throw fault
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else {
            let fault = SystemFault.last
            close(file)
            throw fault
        }
        guard close(file) == 0 else { throw .last }
    }

    private static func sync(directory: String) throws(SystemFault) {
        let file = try open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(file) }
        guard fsync(file) == 0 else { throw .last }
    }

    private static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemFault) -> Int32 {
        while true {
            let file = Glibc.open(path, flags, mode)
            if file >= 0 { return file }
            guard errno == EINTR else { throw .last }
        }
    }
}

/// What the operating system said.
public struct SystemFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// An `errno`.
    public let code: Int32

    static var last: SystemFault { SystemFault(code: errno) }

    public var description: String { String(cString: strerror(code)) }
}
