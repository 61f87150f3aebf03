/// What a connection is for, agreed in the TLS handshake (ALPN, RFC 7301). One port serves both.
enum ProtocolName: String {
    /// A store with a certificate, and sessions.
    case session = "linli/1"
    /// A store without a certificate, and the join exchange only.
    case join = "linli-join/1"
    /// A store with a certificate, and the renewal of it only.
    case renew = "linli-renew/1"
}
