import Crypto
import X509

/// What a node needs to prove itself and to know its peers: its key, its certificate, and the authority's certificate.
///
/// Law: the key is the certificate's, and the authority signed the certificate. Its validity is not looked at here: a
/// node whose certificate ended still starts and sells; its peers tell it.
public struct NodeCredentials: Sendable {
    public let key: NodeKey
    public let certificate: NodeCertificate
    public let authority: AuthorityCertificate

    /// - Throws: `CertificateError.keyMismatch`, or `.refused` when the authority did not sign the certificate.
    public init(
        key: NodeKey,
        certificate: NodeCertificate,
        authority: AuthorityCertificate
    ) throws(CertificateError) {
        guard Certificate.PublicKey(key.signing.publicKey) == certificate.x509.publicKey else {
            throw .keyMismatch("\(certificate.identity)")
        }
        do { _ = try authority.vouch(for: certificate.x509, der: certificate.der) } catch { throw .refused(error) }
        self.key = key
        self.certificate = certificate
        self.authority = authority
    }

    public var identity: PeerIdentity { certificate.identity }
}
