import ChangeLog
import SyncSession
import Synchronization
import Transport
import Trust

/// What the hub issues certificates with: the authority, and how long a store's lasts. Renews its own.
///
/// Law: the authority's key never changes, so every certificate that it signed stays believed, and every store believes
/// the next one.
final class HubIssuing: Sendable {
    let storeLifetimeMilliseconds: Int64
    private let keys: KeyFiles
    private let authority: Mutex<CertificateAuthority>

    init(_ keys: KeyFiles, storeLifetimeMilliseconds: Int64) throws {
        self.keys = keys
        self.storeLifetimeMilliseconds = storeLifetimeMilliseconds
        authority = Mutex(try keys.authority())
    }

    /// A store's certificate for the key of its request. Whether it may have one the caller decides.
    func issue(
        _ request: JoinRequest,
        atMilliseconds now: Int64
    ) throws -> (certificate: NodeCertificate, authority: CertificateAuthority) {
        let authority = authority.withLock { $0 }
        let certificate = try authority.issue(
            PeerIdentity(network: authority.network, node: request.store),
            for: SigningRequest(der: request.signingRequest),
            validity: Validity(lifetimeMilliseconds: storeLifetimeMilliseconds, from: now)
        )
        return (certificate, authority)
    }

    /// Renews the authority's certificate and the hub's when less than two thirds of the authority's usual life is left.
    ///
    /// - Returns: what the hub shows from now on; nil when nothing was due.
    func renewOwn(atMilliseconds now: Int64) throws -> NodeCredentials? {
        let old = authority.withLock { $0 }
        let own = try keys.credentials()
        let end = min(
            old.certificate.validity.notAfterMilliseconds,
            own.certificate.validity.notAfterMilliseconds
        )
        guard end - now < Validity.authorityMilliseconds / 3 * 2 else { return nil }
        let renewed = try old.renewed(atMilliseconds: now)
        let request = try SigningRequest(
            der: own.key.signingRequest(as: PeerIdentity(network: renewed.network, node: .hub))
        )
        let credentials = try NodeCredentials(
            key: own.key,
            certificate: renewed.issueHub(for: request),
            authority: renewed.certificate
        )
        // A stop between the two leaves an authority and a certificate that fit all the same: one key signed both.
        try keys.renew(renewed)
        try keys.save(credentials)
        authority.withLock { $0 = renewed }
        return credentials
    }
}
