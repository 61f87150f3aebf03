public import WireFormat

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
    /// What came breaks the protocol: a frame that is too long.
    case broken(WireError)
    /// This end was about to send a frame that the peer would refuse: our own fault, and only this session's end.
    case ownFrameTooLong(bytes: Int, bytesMax: Int)
    /// So much was sent to the peer that it did not take.
    case notReading(bytes: Int)
    /// A join exchange that took too long.
    case joinTimeout

    public var description: String {
        switch self {
        case .closedHere: "closed here"
        case .closedByPeer: "closed by the peer"
        case .cut(let what): "the line broke (\(what)); it is dialled again"
        case .refusedByPeer(let what):
            "the peer refused this node's certificate (\(what)); see its log, or run `linli doctor` on both"
        case .broken(let error): error.description
        case .ownFrameTooLong(let bytes, let bytesMax):
            "this node was about to send a frame of \(bytes) bytes, where \(bytesMax) are allowed; report this fault"
        case .notReading(let bytes):
            "the peer left \(bytes) bytes waiting that were sent to it; it is slow or hangs, and dials again"
        case .joinTimeout: "the join exchange took too long; run `linli store join` again"
        }
    }
}
