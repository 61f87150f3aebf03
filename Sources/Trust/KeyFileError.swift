import Glibc

/// Which key file is at fault, and what to do.
public enum KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case alreadyThere(String)
    case damaged(String, CertificateError)
    case openToOthers(String, mode: UInt32)
    case directoryOpenToOthers(String, mode: UInt32)
    /// What was tried, on which path, and what the system said.
    case failed(String, String, SystemFault)

    /// The disk or its rights, not the content.
    public var isInputOutput: Bool {
        if case .failed = self { true } else { false }
    }

    public var description: String {
        switch self {
        case .missing(let path):
            "\(path) is missing; restore it from a backup, or begin with `linli hub init` or `linli store join`"
        case .alreadyThere(let path):
            "\(path) is already there, and every store of its network depends on it; use another --data directory"
        case .damaged(let path, let error): "\(path): \(error)"
        case .openToOthers(let path, let mode):
            "\(path) may be read by others than its owner (mode \(String(mode, radix: 8))); run `chmod 600 \(path)`"
        case .directoryOpenToOthers(let path, let mode):
            "\(path) may be entered by others than its owner (mode \(String(mode, radix: 8))); run `chmod 700 \(path)`"
        case .failed(let verb, let path, let fault) where fault.code == ENOSPC || fault.code == EDQUOT:
            "cannot \(verb) \(path): \(fault); free some space"
        case .failed(let verb, let path, let fault) where fault.code == EACCES || fault.code == EPERM:
            "cannot \(verb) \(path): \(fault); run as the owner of the data directory, or correct its rights"
        case .failed(let verb, let path, let fault):
            "cannot \(verb) \(path): \(fault); check the disk and the --data directory"
        }
    }
}
