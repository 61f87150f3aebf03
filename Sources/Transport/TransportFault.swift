public import Trust

/// Why a listener or a dial came to nothing.
public enum TransportFault: Error, Hashable, Sendable, CustomStringConvertible {
    case portInUse(Endpoint)
    case notPermitted(Endpoint)
    /// The host is none of this machine's.
    case notAnAddressHere(Endpoint)
    case cannotListen(Endpoint, String)
    case unknownHost(Endpoint, String)
    case unreachable(Endpoint, String)
    case connectTimeout(Endpoint)
    case handshake(Endpoint, HandshakeFailure)
    /// A join exchange ended without an answer.
    case noAnswer(Endpoint, Disconnect)
    case unusableCredentials(String)

    /// One end does not accept the other; no dialling changes that.
    public var needsAPerson: Bool {
        switch self {
        case .handshake(_, .peerRefused), .handshake(_, .refusedByPeer), .unusableCredentials: true
        default: false
        }
    }

    public var description: String {
        switch self {
        case .portInUse(let endpoint):
            "\(endpoint) is in use by another process; stop that, or choose another address (`ss -tlnp` shows who)"
        case .notPermitted(let endpoint):
            "this user may not listen at \(endpoint); choose a port from 1024 on, or grant CAP_NET_BIND_SERVICE"
        case .notAnAddressHere(let endpoint):
            "\(endpoint.host) is not an address of this machine; choose one that `ip address` shows, or 0.0.0.0"
        case .cannotListen(let endpoint, let what): "cannot listen at \(endpoint): \(what); choose another address"
        case .unknownHost(let endpoint, let what):
            "no address is known for \(endpoint.host) (\(what)); check the name, and this machine's DNS"
        case .unreachable(let endpoint, let what):
            "nothing answers at \(endpoint) (\(what)); check the address, the line, and that the hub runs"
        case .connectTimeout(let endpoint):
            "nothing answered at \(endpoint) in time; check the address, the line, and firewalls on the way"
        case .handshake(let endpoint, let failure): "\(endpoint): \(failure)"
        case .noAnswer(let endpoint, let disconnect): "\(endpoint) gave no answer: \(disconnect)"
        case .unusableCredentials(let what):
            "TLS cannot use this node's key and certificate (\(what)); restore DIR/keys from a backup, or join again"
        }
    }
}
