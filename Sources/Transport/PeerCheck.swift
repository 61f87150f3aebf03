import NIOCore
import NIOSSL
import Trust

/// Decides, within one handshake, who the peer is. Belongs to the connection's event loop.
///
/// What is proved comes from `verify` alone, which TLS calls with the peer's certificates while it has yet to prove
/// that it holds the key. A handshake that ends without that call (a client without a certificate) proves nothing.
final class PeerCheck {
    enum Expectation {
        /// At the hub: a store with a certificate, or someone without one who wants to join.
        case storeOrJoining
        /// At a store: the hub of its network.
        case hub
        /// At a joining store: the hub whose authority the token names.
        case hubOf(Fingerprint)
    }

    private let expectation: Expectation
    private let now: WallClock
    private var authority: AuthorityCertificate?
    /// Of the peer, once it was vouched for.
    private(set) var certificate: NodeCertificate?
    private(set) var failure: HandshakeFailure?

    init(_ expectation: Expectation, authority: AuthorityCertificate?, now: WallClock) {
        self.expectation = expectation
        self.authority = authority
        self.now = now
    }

    /// The first failure is the reason; what follows is its echo.
    func fail(_ reason: HandshakeFailure) { failure = failure ?? reason }

    /// For NIOSSL: are these the certificates of a peer that we talk to?
    func verify(_ certificates: [NIOSSLCertificate]) -> NIOSSLVerificationResult {
        do {
            certificate = try identify(certificates)
            return .certificateVerified
        } catch {
            fail(.peerRefused(error))
            return .failed
        }
    }

    /// Once the handshake is done: who is it, given the protocol that was agreed?
    func admit(_ name: String?) throws(HandshakeFailure) -> ConnectionPeer {
        switch (expectation, name.flatMap(ProtocolName.init), certificate?.identity) {
        case (.storeOrJoining, .session, .some(let identity)), (.hub, .session, .some(let identity)),
            (.hubOf, .join, .some(let identity)):
            return .node(identity)
        case (.storeOrJoining, .renew, .some(let identity)):
            return .renewing(identity)
        case (.hub, .renew, .some(let identity)):
            return .node(identity)
        case (.storeOrJoining, .join, nil):
            return .joining
        case (.storeOrJoining, .session, nil), (.storeOrJoining, .renew, nil), (.hub, _, nil), (.hubOf, _, nil):
            throw .peerRefused(.noCertificate)
        default:
            throw .otherProtocol(name)
        }
    }

    /// The authority that vouched for the peer: the node's own, or the one that the token names.
    var vouchingAuthority: AuthorityCertificate? { authority }

    private func identify(_ certificates: [NIOSSLCertificate]) throws(PeerRefusal) -> NodeCertificate {
        var chain: [[UInt8]] = []
        for certificate in certificates {
            do { chain.append(try certificate.toDERBytes()) } catch { throw .unreadable("\(error)") }
        }
        if case .hubOf(let fingerprint) = expectation {
            authority = try AuthorityCertificate(named: fingerprint, in: chain)
        }
        guard let authority else { preconditionFailure("a peer check without an authority or a token") }
        let isHubExpected = if case .storeOrJoining = expectation { false } else { true }
        let certificate = try authority.certificate(
            of: chain,
            atMilliseconds: now.milliseconds(),
            graceMilliseconds: isHubExpected ? 0 : Validity.graceMilliseconds
        )
        guard certificate.identity.isHub == isHubExpected else { throw .wrongRole(certificate.identity) }
        return certificate
    }
}
