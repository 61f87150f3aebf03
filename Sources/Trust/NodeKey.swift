import ChangeLog
import Crypto
import SwiftASN1
import X509

/// A P-256 private key of a node or of the authority. A store's never leaves the store: what travels is a
/// `SigningRequest`.
public struct NodeKey: Sendable {
    let signing: P256.Signing.PrivateKey

    /// A new key from the system's randomness.
    public init() { signing = P256.Signing.PrivateKey() }

    /// - Throws: `CertificateError.unreadable` when `pem` is no P-256 private key (PKCS #8 or SEC 1).
    public init(pem: String) throws(CertificateError) {
        do { signing = try P256.Signing.PrivateKey(pemRepresentation: pem) } catch {
            throw .unreadable("not a P-256 private key in PEM (\(error))")
        }
    }

    /// PKCS #8.
    public var pem: String { signing.pemRepresentation }
    /// PKCS #8.
    public var der: [UInt8] { Array(signing.derRepresentation) }

    var x509: Certificate.PrivateKey { Certificate.PrivateKey(signing) }

    /// A signed request (PKCS #10, DER) for a certificate of this key. The name in it is for people who look at it:
    /// the authority decides whose certificate it becomes.
    ///
    /// - Throws: `CertificateError.notMade` if the request cannot be encoded.
    public func signingRequest(as identity: PeerIdentity) throws(CertificateError) -> [UInt8] {
        do {
            let request = try CertificateSigningRequest(
                version: .v1,
                subject: DistinguishedName { CommonName(identity.node.text) },
                privateKey: x509,
                attributes: CertificateSigningRequest.Attributes()
            )
            var serializer = DER.Serializer()
            try serializer.serialize(request)
            return serializer.serializedBytes
        } catch {
            throw .notMade("a signing request for \(identity): \(error)")
        }
    }
}

extension NodeKey: CustomStringConvertible {
    /// Never the key itself: descriptions end in logs.
    public var description: String { "a private key" }
}
