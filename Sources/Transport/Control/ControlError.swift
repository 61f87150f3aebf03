import Glibc

/// Why a command and a daemon could not talk.
public enum ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody listens at the socket.
    case noDaemon(directory: String)
    /// The socket is another user's.
    case notPermitted(ControlAddress)
    case timedOut(ControlAddress, milliseconds: Int64)
    /// The daemon went away before it answered.
    case cutOff(ControlAddress)
    /// What came is no answer to the question: another version's, or not linli's.
    case unreadable(ControlAddress)
    /// The daemon cannot make its socket, or a command cannot use it. What was tried; `errno`.
    case failed(ControlAddress, String, code: Int32)

    public var description: String {
        switch self {
        case .noDaemon(let directory):
            "no daemon runs on \(directory); start it with `linli hub run` or `linli store run`"
        case .notPermitted(let address):
            "\(address) belongs to another user; run the command as the daemon's user, or as root"
        case .timedOut(let address, let milliseconds):
            "the daemon at \(address) did not answer within \(milliseconds) ms; look into its log, and restart it"
        case .cutOff(let address):
            "the daemon at \(address) stopped before it answered; look into its log, and run the command again"
        case .unreadable(let address):
            "the daemon at \(address) answered in other words; run one version of linli: restart the daemon"
        case .failed(let address, let verb, let code):
            "cannot \(verb) \(address): \(SystemErrorCode(code)); check the disk and the rights of the directory"
        }
    }
}
