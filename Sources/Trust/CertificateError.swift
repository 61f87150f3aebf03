/// Why keys or certificates of our own cannot be used or made. (A peer's fault is a `PeerRefusal`.)
public enum CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case notMade(String)
    /// A signing request is not signed with the key that it is for.
    case notOwnKey
    case keyMismatch(String)
    case notAnAuthority
    /// A certificate that its own authority would refuse.
    case refused(PeerRefusal)

    public var description: String {
        switch self {
        case .unreadable(let what): "unreadable: \(what); restore it from a backup, or join again with a new token"
        case .notMade(let what): "cannot make \(what); check the clock and the name"
        case .notOwnKey: "the signing request is not signed with its own key; run `linli store join` again"
        case .keyMismatch(let what):
            "the key does not belong to the certificate of \(what); restore both from one backup, or join again"
        case .notAnAuthority:
            "the certificate is not that of a linli authority; restore it from a backup, or join again"
        case .refused(let refusal): "the node's own certificate is no good: \(refusal)"
        }
    }
}
