public import NIOCore
public import Trust

/// Why a connection never came to a session.
public enum HandshakeFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What came was no TLS at all.
    case plainText
    /// The peer's certificate was not accepted here.
    case peerRefused(PeerRefusal)
    /// The peer did not accept this end: its TLS alert.
    case refusedByPeer(String)
    /// The two do not speak a common TLS, or the peer broke it.
    case tls(String)
    /// The peer does not speak linli, or wants to join as a node or to sync as a stranger.
    case otherProtocol(String?)
    case timeout(TimeAmount)
    /// The line broke, or the peer left.
    case cut
    /// More strangers, or more connections, than the listener allows.
    case full(connections: Int)
    /// More strangers from this address than the listener allows.
    case fullForAddress(connections: Int)

    public var description: String {
        switch self {
        case .plainText: "the peer does not speak TLS; check that it is a linli node, and its address"
        case .peerRefused(let refusal): refusal.description
        case .refusedByPeer(let alert):
            "the peer refused this node (\(alert)); see the peer's log, or run `linli doctor` on both"
        case .tls(let what): "the TLS handshake failed (\(what)); check that the peer is a linli node"
        case .otherProtocol(let name):
            "the peer speaks \(name ?? "no agreed protocol") without a certificate for it; join it with a token from "
                + "`linli hub invite`, or check that both ends run compatible versions"
        case .timeout(let time):
            "the handshake took longer than \(time.nanoseconds / 1_000_000) ms; check the line and the peer"
        case .cut: "the line broke during the handshake; it is dialled again"
        case .full(let connections):
            "the hub has \(connections) connections and takes no more for now; it is dialled again"
        case .fullForAddress(let connections):
            "\(connections) connections from this address have not shown who they are, and no more are taken; it is "
                + "dialled again"
        }
    }
}
