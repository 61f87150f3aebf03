import Glibc

/// Where the daemon of a data directory listens for commands: the Unix domain socket `DIR/linli.sock`.
///
/// A socket's address holds 107 bytes of path (`unix(7)`). Longer ones go through the directory's descriptor,
/// `/proc/self/fd/N/linli.sock`, which names the same file.
public struct ControlAddress: Hashable, Sendable, CustomStringConvertible {
    private static let fileName = "linli.sock"
    private static let pathBytesMax = 107

    public let directory: String

    /// - Parameter directory: `DIR`.
    public init(directory: String) { self.directory = directory }

    public var description: String { "\(directory)/\(Self.fileName)" }

    /// Calls `body` with the address; it is good only inside.
    ///
    /// - Throws: the `errno` with which the directory cannot be opened.
    func withAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) throws(SystemErrorCode) -> Result {
        if description.utf8.count <= Self.pathBytesMax { return withAddress(of: description, body) }
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemErrorCode(errno) }
        defer { close(folder) }
        return withAddress(of: "/proc/self/fd/\(folder)/\(Self.fileName)", body)
    }

    private func withAddress<Result>(
        of path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                body(generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// An `errno`.
struct SystemErrorCode: Error, Hashable, Sendable, CustomStringConvertible {
    let code: Int32

    init(_ code: Int32) { self.code = code }

    var description: String { String(cString: strerror(code)) }
}
