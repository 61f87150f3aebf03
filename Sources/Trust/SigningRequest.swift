import Crypto
import SwiftASN1
import X509

/// A request for a certificate that was checked: readable, for a P-256 key, and signed with that key, so that nobody
/// gets a certificate for a key that is not theirs.
public struct SigningRequest: Sendable {
    /// Ours have 200 bytes or so; more is not worth parsing.
    public static let bytesMax = 4_096

    let publicKey: P256.Signing.PublicKey

    /// - Parameter der: PKCS #10, as `NodeKey.signingRequest` makes it.
    /// - Throws: `CertificateError.unreadable`, or `.notOwnKey` when it is not signed with the key it is for.
    public init(der: [UInt8]) throws(CertificateError) {
        guard der.count <= Self.bytesMax else {
            throw .unreadable("a signing request of \(der.count) bytes, more than \(Self.bytesMax)")
        }
        let request: CertificateSigningRequest
        do { request = try CertificateSigningRequest(derEncoded: der) } catch {
            throw .unreadable("not a signing request in DER (\(error))")
        }
        guard let publicKey = P256.Signing.PublicKey(request.publicKey) else {
            throw .unreadable("a signing request for a key that is not P-256")
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else { throw .notOwnKey }
        self.publicKey = publicKey
    }
}
