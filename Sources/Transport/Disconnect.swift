/// Why a connection ended. A reason and not always a fault.
public enum Disconnect: Error, Hashable, Sendable, CustomStringConvertible {
    /// This end closed it.
    case closedHere
    /// The peer said goodbye.
    case closedByPeer
    /// The line broke without a goodbye: what the system said.
    case cut(String)
    /// The peer did not like this end's certificate, which in TLS 1.3 shows only after the handshake.
    case refusedByPeer(String)
    case frameTooLong(FrameTooLong)
    /// This end was about to send a frame that the peer would refuse: our own fault, and only this session's end.
    case ownFrameTooLong(FrameTooLong)
    /// A join exchange that took too long.
    case joinTimeout

    public var description: String {
        switch self {
        case .closedHere: "closed here"
        case .closedByPeer: "closed by the peer"
        case .cut(let what): "the line broke (\(what)); it is dialled again"
        case .refusedByPeer(let what):
            "the peer refused this node's certificate (\(what)); see its log, or run `linli doctor` on both"
        case .frameTooLong(let frame): "the peer sent \(frame)"
        case .ownFrameTooLong(let frame): "this node was about to send \(frame)"
        case .joinTimeout: "the join exchange took too long; run `linli store join` again"
        }
    }
}
