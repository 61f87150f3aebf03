public import Trust

/// Who is at the other end of a connection, as its TLS handshake proved.
public enum ConnectionPeer: Hashable, Sendable, CustomStringConvertible {
    /// A node with a certificate of this network's authority.
    case node(PeerIdentity)
    /// At the hub: someone without a certificate, who may only ask to join. Nothing that it says is proved.
    case joining
    /// At the hub: a store that asks for its next certificate, and nothing else.
    case renewing(PeerIdentity)

    /// One request and one answer, in little time.
    var isBrief: Bool {
        switch self {
        case .node: false
        case .joining, .renewing: true
        }
    }

    public var description: String {
        switch self {
        case .node(let identity): identity.description
        case .joining: "a joining store"
        case .renewing(let identity): "\(identity), which renews its certificate"
        }
    }
}
