import Glibc

/// Tells the service manager how the daemon does: the protocol of `sd_notify(3)`, without its library. Datagrams of
/// lines go to the socket that `NOTIFY_SOCKET` names; without that nobody listens, and nothing is sent.
public struct ServiceNotify: Sendable {
    public enum Notice: Hashable, Sendable {
        /// The daemon does its work from now on.
        case ready
        /// One line for people.
        case status(String)
        /// The daemon is alive. Sent at least every `watchdogMilliseconds`.
        case watchdog
        case stopping

        /// A line break would begin another notice.
        var line: String {
            switch self {
            case .ready: "READY=1"
            case .status(let text): "STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " ")
            case .watchdog: "WATCHDOG=1"
            case .stopping: "STOPPING=1"
            }
        }
    }

    /// Why a notice did not get there; the daemon goes on all the same.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        let path: String
        let code: SystemErrorCode

        public var description: String {
            "the service manager was not told (\(path): \(code)); check NotifyAccess and Type=notify in the unit"
        }
    }

    private let path: String?
    /// How often to send `watchdog`: half of what the manager allows; nil when it does not watch this process.
    public let watchdogMilliseconds: Int64?

    /// - Parameter environment: the process's own, as the manager set it.
    public init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let allowed = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        watchdogMilliseconds = isForUs && path != nil ? allowed.flatMap { $0 > 0 ? max($0 / 2_000, 1) : nil } : nil
    }

    /// - Throws: `Failure`.
    public func tell(_ notices: Notice...) throws(Failure) {
        guard let path else { return }
        guard let address = Self.address(of: path) else { throw Failure(path: path, code: SystemErrorCode(EINVAL)) }
        let text = Array(notices.map(\.line).joined(separator: "\n").utf8)
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Failure(path: path, code: SystemErrorCode(errno)) }
        defer { close(socket) }
        var (name, length) = address
        let sent = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                sendto(socket, text, text.count, Int32(MSG_NOSIGNAL), generic, length)
            }
        }
        guard sent == text.count else { throw Failure(path: path, code: SystemErrorCode(errno)) }
    }

    /// A path, or an abstract name, which begins with `@` and has a NUL in its place; nil when it is too long.
    private static func address(of path: String) -> (sockaddr_un, socklen_t)? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let isAbstract = bytes.first == 0
        let pathOffset = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 0
        return (address, socklen_t(pathOffset + bytes.count + (isAbstract ? 0 : 1)))
    }
}
