public import ChangeLog
import Crypto
import X509

extension NodeKey {
    /// Signs a changeset's hash, and with it the change log up to there.
    ///
    /// - Throws: `CertificateError.notMade` if the key cannot sign.
    public func sign(_ hash: ChangesetHash) throws(CertificateError) -> ChangesetSignature {
        let made = try sign(message: ChangesetSignature.message(for: hash))
        guard let signature = ChangesetSignature(made) else { throw .notMade("a signature of changeset \(hash)") }
        return signature
    }

    /// Signs bytes: 64 bytes, r and s. What is signed begins with words that say what it is.
    func sign(message: [UInt8]) throws(CertificateError) -> [UInt8] {
        do { return Array(try signing.signature(for: message).rawRepresentation) } catch {
            throw .notMade("a signature: \(error)")
        }
    }
}

extension NodeCertificate {
    /// Whether the certificate's key signed these bytes.
    func isSigned(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        guard let key = P256.Signing.PublicKey(x509.publicKey) else { return false }
        let made: P256.Signing.ECDSASignature
        do { made = try P256.Signing.ECDSASignature(rawRepresentation: signature) } catch { return false }
        return key.isValidSignature(made, for: message)
    }
}

/// What checks signatures of one node. Made once from its certificate, because reading a key costs more than a check.
public struct ChangesetVerifier: Sendable {
    private let key: P256.Signing.PublicKey
    /// The certificate that the key stands in, DER.
    public let certificate: [UInt8]

    /// nil when the certificate's key is not on P-256.
    public init?(_ certificate: NodeCertificate) {
        guard let key = P256.Signing.PublicKey(certificate.x509.publicKey) else { return nil }
        self.key = key
        self.certificate = certificate.der
    }

    /// Whether the node signed this hash.
    public func isSigned(_ hash: ChangesetHash, _ signature: ChangesetSignature) -> Bool {
        let made: P256.Signing.ECDSASignature
        // Bytes that are no signature at all are no signature of this.
        do { made = try P256.Signing.ECDSASignature(rawRepresentation: signature.bytes) } catch { return false }
        return key.isValidSignature(made, for: ChangesetSignature.message(for: hash))
    }
}
