/// Why a peer's certificate is not accepted.
public enum PeerRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noCertificate
    case unreadable(String)
    /// Not signed by this network's authority.
    case foreign
    /// Signed by the authority, but no certificate of a node: what is wrong with it.
    case notANode(String)
    case otherNetwork(NetworkName, expected: NetworkName)
    case notYetValid(PeerIdentity, fromMilliseconds: Int64, clockMilliseconds: Int64)
    case expired(PeerIdentity, untilMilliseconds: Int64, clockMilliseconds: Int64)
    /// A store where the hub was expected, or the other way round.
    case wrongRole(PeerIdentity)
    /// While joining: none of the certificates shown is the one that the token names.
    case notTheTokensAuthority(Fingerprint)

    public var description: String {
        switch self {
        case .noCertificate:
            "the peer showed no certificate; join it with a token from `linli hub invite`"
        case .unreadable(let what):
            "the peer's certificate cannot be read (\(what)); join the peer again with a new token"
        case .foreign:
            "the peer's certificate is not from this network's authority; check the address, or join the peer with a "
                + "token from this network's `linli hub invite`"
        case .notANode(let what):
            "the peer's certificate is not that of a node (\(what)); join the peer again with a new token"
        case .otherNetwork(let network, let expected):
            "the peer belongs to network \(network), not to \(expected); check the address"
        case .notYetValid(let identity, let from, let clock):
            "the certificate of \(identity) is valid from \(dateText(ofMilliseconds: from)) on, and this machine's "
                + "clock says \(dateText(ofMilliseconds: clock)); set the clock"
        case .expired(let identity, let until, let clock):
            "the certificate of \(identity) ended \(dateText(ofMilliseconds: until)), and this machine's clock says "
                + "\(dateText(ofMilliseconds: clock)); set the clock if that is wrong, else join the peer again with "
                + "a new token"
        case .wrongRole(let identity):
            identity.isHub
                ? "the peer is \(identity), where a store was expected; check the address"
                : "the peer is \(identity), which pretends to be the hub; check the address, and that store"
        case .notTheTokensAuthority(let fingerprint):
            "the peer's authority is not the one in the token (\(fingerprint)); check the address, or ask for a new "
                + "token with `linli hub invite`"
        }
    }
}
