import ChangeLog
import Testing
import Transport
import Trust

/// One network of a test: an authority, its hub, and as many stores as asked for.
struct Corner {
    /// 2026-01-01.
    static let now: Int64 = 1_767_225_600_000
    static let dayMilliseconds: Int64 = 24 * 3_600 * 1_000
    static let clock = WallClock { now }

    let authority: CertificateAuthority
    let hub: NodeCredentials

    init(_ name: String = "corner") throws {
        authority = try CertificateAuthority(network: try #require(NetworkName(name)), atMilliseconds: Self.now)
        let key = NodeKey()
        let request = try SigningRequest(
            der: key.signingRequest(as: PeerIdentity(network: authority.network, node: .hub))
        )
        hub = try NodeCredentials(
            key: key,
            certificate: authority.issueHub(for: request),
            authority: authority.certificate
        )
    }

    func store(_ name: String, lifetimeMilliseconds: Int64 = Validity.storeMilliseconds) throws -> NodeCredentials {
        let identity = PeerIdentity(network: authority.network, node: try #require(NodeName(name)))
        let key = NodeKey()
        let certificate = try authority.issue(
            identity,
            for: SigningRequest(der: key.signingRequest(as: identity)),
            validity: Validity(lifetimeMilliseconds: lifetimeMilliseconds, from: Self.now)
        )
        return try NodeCredentials(key: key, certificate: certificate, authority: authority.certificate)
    }
}
