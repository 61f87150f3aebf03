import ChangeLog
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// The network's authority: the key that says who is a node. Made once, by `hub init`, and kept at the hub.
///
/// Certificates are X.509 v3, ECDSA with P-256 and SHA-256, with random serial numbers of 20 bytes:
///
///     authority  CA, path length 0, keyCertSign; URI linli://NETWORK/authority; 20 years
///     hub        digitalSignature, serverAuth;   URI linli://NETWORK/hub;        20 years
///     store      digitalSignature, clientAuth;   URI linli://NETWORK/store/NAME; 3 years unless asked otherwise
public struct CertificateAuthority: Sendable {
    public let certificate: AuthorityCertificate
    let key: NodeKey

    /// A new authority with a new key. `now` is milliseconds since 1970 UTC.
    ///
    /// - Throws: `CertificateError.notMade`.
    public init(network: NetworkName, atMilliseconds now: Int64) throws(CertificateError) {
        try self.init(network: network, key: NodeKey(), atMilliseconds: now)
    }

    /// The same authority, of the same key and name, with a certificate that lasts from now: whoever knows the old one
    /// believes what the new one signs.
    ///
    /// - Throws: `CertificateError.notMade`.
    public func renewed(atMilliseconds now: Int64) throws(CertificateError) -> CertificateAuthority {
        try CertificateAuthority(network: network, key: key, atMilliseconds: now)
    }

    private init(network: NetworkName, key: NodeKey, atMilliseconds now: Int64) throws(CertificateError) {
        self.key = key
        let validity = Validity(lifetimeMilliseconds: Validity.authorityMilliseconds, from: now)
        let publicKey = Certificate.PublicKey(key.signing.publicKey)
        let der: [UInt8]
        do {
            let name = try DistinguishedName {
                OrganizationName("linli authority")
                CommonName(network.text)
            }
            let extensions = try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                SubjectAlternativeNames([
                    .uniformResourceIdentifier("linli://\(network.uriSegment)\(AuthorityCertificate.uriPath)")
                ])
                SubjectKeyIdentifier(hash: publicKey)
            }
            let x509 = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: publicKey,
                notValidBefore: Date(unixMilliseconds: validity.notBeforeMilliseconds),
                notValidAfter: Date(unixMilliseconds: validity.notAfterMilliseconds),
                issuer: name,
                subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: extensions,
                issuerPrivateKey: key.x509
            )
            der = try Self.der(of: x509)
        } catch {
            throw .notMade("the authority of \(network): \(error)")
        }
        certificate = try AuthorityCertificate(der: der)
    }

    /// An authority from its files.
    ///
    /// - Throws: `CertificateError.keyMismatch` when `key` is not the certificate's.
    public init(key: NodeKey, certificate: AuthorityCertificate) throws(CertificateError) {
        guard key.signing.publicKey.rawRepresentation == certificate.publicKey.rawRepresentation else {
            throw .keyMismatch("the authority of \(certificate.network)")
        }
        self.key = key
        self.certificate = certificate
    }

    public var network: NetworkName { certificate.network }

    /// The hub's own certificate, for as long as the authority's lasts.
    public func issueHub(for request: SigningRequest) throws(CertificateError) -> NodeCertificate {
        try issue(
            PeerIdentity(network: network, node: .hub),
            for: request,
            validity: Validity(
                notBeforeMilliseconds: 0,
                notAfterMilliseconds: certificate.validity.notAfterMilliseconds
            )
        )
    }

    /// A certificate for one node. Who may ask for it is the caller's decision; that the asker holds the key is proved
    /// by the request.
    ///
    /// - Throws: `CertificateError.notMade`; `.refused` for an identity of another network.
    public func issue(
        _ identity: PeerIdentity,
        for request: SigningRequest,
        validity: Validity
    ) throws(CertificateError) -> NodeCertificate {
        let publicKey = Certificate.PublicKey(request.publicKey)
        let der: [UInt8]
        let x509: Certificate
        do {
            let extensions = try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([identity.isHub ? .serverAuth : .clientAuth])
                SubjectAlternativeNames([.uniformResourceIdentifier(identity.uri)])
                SubjectKeyIdentifier(hash: publicKey)
                AuthorityKeyIdentifier(
                    keyIdentifier: try certificate.x509.extensions.subjectKeyIdentifier?.keyIdentifier
                )
            }
            x509 = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: publicKey,
                notValidBefore: Date(unixMilliseconds: validity.notBeforeMilliseconds),
                notValidAfter: Date(unixMilliseconds: validity.notAfterMilliseconds),
                issuer: certificate.x509.subject,
                subject: try DistinguishedName { CommonName(identity.node.text) },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: extensions,
                issuerPrivateKey: key.x509
            )
            der = try Self.der(of: x509)
        } catch {
            throw .notMade("a certificate for \(identity): \(error)")
        }
        do { return try certificate.vouch(for: x509, der: der) } catch { throw .refused(error) }
    }

    private static func der(of x509: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(x509)
        return serializer.serializedBytes
    }
}
