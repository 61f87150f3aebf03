public import ChangeLog
import SwiftASN1
import X509

/// A certificate of a node, read but not yet believed: `AuthorityCertificate.identify` decides that.
public struct NodeCertificate: Hashable, Sendable {
    public let der: [UInt8]
    public let identity: PeerIdentity
    public let validity: Validity
    let x509: Certificate

    /// - Throws: `CertificateError.unreadable` when it is no certificate, or names no node.
    public init(der: [UInt8]) throws(CertificateError) {
        let x509: Certificate
        do { x509 = try Certificate(derEncoded: der) } catch {
            throw .unreadable("not a certificate in DER (\(error))")
        }
        do { try self.init(x509, der: der) } catch { throw .refused(error) }
    }

    /// - Throws: `CertificateError.unreadable` when it is no certificate, or names no node.
    public init(pem: String) throws(CertificateError) {
        try self.init(der: CertificatePEM.der(of: pem))
    }

    init(_ x509: Certificate, der: [UInt8]) throws(PeerRefusal) {
        self.x509 = x509
        self.der = der
        identity = try Self.identity(of: x509)
        validity = Validity(from: x509.notValidBefore, to: x509.notValidAfter)
    }

    public var pem: String { CertificatePEM.text(ofDER: der) }
    public var node: NodeName { identity.node }

    private static func identity(of x509: Certificate) throws(PeerRefusal) -> PeerIdentity {
        let names: SubjectAlternativeNames?
        do { names = try x509.extensions.subjectAlternativeNames } catch {
            throw .notANode("its alternative names cannot be read: \(error)")
        }
        guard let names, names.count == 1, case .uniformResourceIdentifier(let uri) = names[0] else {
            throw .notANode("it does not have exactly one alternative name, a URI")
        }
        guard let identity = PeerIdentity(uri: uri) else { throw .notANode("its name '\(uri)' is no node's") }
        return identity
    }
}

/// The text form of a certificate: base64 between two lines (RFC 7468).
enum CertificatePEM {
    static func text(ofDER der: [UInt8]) -> String {
        PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n"
    }

    static func der(of pem: String) throws(CertificateError) -> [UInt8] {
        do {
            let document = try PEMDocument(pemString: pem)
            guard document.discriminator == "CERTIFICATE" else {
                throw CertificateError.unreadable("a \(document.discriminator) where a certificate should be")
            }
            return document.derBytes
        } catch let error as CertificateError {
            throw error
        } catch {
            throw .unreadable("not a certificate in PEM (\(error))")
        }
    }
}
