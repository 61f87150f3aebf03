import Crypto
import SwiftASN1
import X509

/// The certificate of a network's authority, and what it proves: who a peer is.
///
/// The chain is always authority → node. A node's certificate is believed when the authority signed it, it names one
/// node of this network, it is meant for signing (not for issuing), it carries no critical extension that we do not
/// know, and the clock is within its validity. Addresses and host names play no part. (RFC 5280 section 6, for chains
/// of length one; done here directly because the handshake needs a synchronous answer.)
public struct AuthorityCertificate: Hashable, Sendable {
    static let uriPath = "/authority"

    public let der: [UInt8]
    public let network: NetworkName
    public let validity: Validity
    let x509: Certificate
    let publicKey: P256.Signing.PublicKey

    /// - Throws: `CertificateError.unreadable` or `.notAnAuthority`.
    public init(der: [UInt8]) throws(CertificateError) {
        do { x509 = try Certificate(derEncoded: der) } catch {
            throw .unreadable("not a certificate in DER (\(error))")
        }
        self.der = der
        guard let network = Self.network(of: x509), Self.mayIssue(x509),
            let publicKey = P256.Signing.PublicKey(x509.publicKey), x509.issuer == x509.subject,
            x509.publicKey.isValidSignature(x509.signature, for: x509)
        else { throw .notAnAuthority }
        self.network = network
        self.publicKey = publicKey
        validity = Validity(from: x509.notValidBefore, to: x509.notValidAfter)
    }

    /// - Throws: `CertificateError.unreadable` or `.notAnAuthority`.
    public init(pem: String) throws(CertificateError) {
        try self.init(der: CertificatePEM.der(of: pem))
    }

    public var pem: String { CertificatePEM.text(ofDER: der) }
    public var fingerprint: Fingerprint { Fingerprint(ofCertificate: der) }

    /// Finds the authority that a join token names among the certificates that a peer shows, the peer's own first.
    ///
    /// - Throws: `PeerRefusal.notTheTokensAuthority` when none has the fingerprint, `.unreadable` when it is no
    ///   authority's.
    public init(named fingerprint: Fingerprint, in chain: [[UInt8]]) throws(PeerRefusal) {
        guard let der = chain.first(where: { Fingerprint(ofCertificate: $0) == fingerprint }) else {
            throw .notTheTokensAuthority(fingerprint)
        }
        do { try self.init(der: der) } catch { throw .unreadable("\(error)") }
    }

    /// Who the peer is that shows this chain, its own certificate first; the rest of the chain is not looked at.
    ///
    /// - Parameters:
    ///   - chain: certificates in DER.
    ///   - now: this machine's clock, milliseconds since 1970 UTC.
    ///   - grace: for how long after its end the certificate is believed still.
    /// - Returns: the node whose certificate the authority signed.
    /// - Throws: `PeerRefusal`, whose reason names the clock where the clock decided.
    public func identify(
        chain: [[UInt8]],
        atMilliseconds now: Int64,
        graceMilliseconds grace: Int64 = 0
    ) throws(PeerRefusal) -> PeerIdentity {
        try certificate(of: chain, atMilliseconds: now, graceMilliseconds: grace).identity
    }

    /// The certificate of the peer that shows this chain, vouched for as in `identify`.
    public func certificate(
        of chain: [[UInt8]],
        atMilliseconds now: Int64,
        graceMilliseconds grace: Int64 = 0
    ) throws(PeerRefusal) -> NodeCertificate {
        guard let der = chain.first else { throw .noCertificate }
        let x509: Certificate
        do { x509 = try Certificate(derEncoded: der) } catch { throw .unreadable("\(error)") }
        let certificate = try vouch(for: x509, der: der)
        let (identity, validity) = (certificate.identity, certificate.validity)
        guard now >= validity.notBeforeMilliseconds else {
            throw .notYetValid(identity, fromMilliseconds: validity.notBeforeMilliseconds, clockMilliseconds: now)
        }
        guard now <= validity.notAfterMilliseconds.saturatingAdd(grace) else {
            throw .expired(identity, untilMilliseconds: validity.notAfterMilliseconds, clockMilliseconds: now)
        }
        return certificate
    }

    /// Whether the authority signed this certificate of a node, whenever that was: for what was signed with its key
    /// while it was valid.
    ///
    /// - Parameter der: the certificate.
    /// - Throws: `PeerRefusal`.
    public func vouch(for der: [UInt8]) throws(PeerRefusal) -> NodeCertificate {
        let x509: Certificate
        do { x509 = try Certificate(derEncoded: der) } catch { throw .unreadable("\(error)") }
        return try vouch(for: x509, der: der)
    }

    /// Everything but the clock.
    func vouch(for x509: Certificate, der: [UInt8]) throws(PeerRefusal) -> NodeCertificate {
        guard x509.issuer == self.x509.subject, self.x509.publicKey.isValidSignature(x509.signature, for: x509) else {
            throw .foreign
        }
        if let flaw = Self.flaw(of: x509) { throw .notANode(flaw) }
        let certificate = try NodeCertificate(x509, der: der)
        guard certificate.identity.network == network else {
            throw .otherNetwork(certificate.identity.network, expected: network)
        }
        return certificate
    }

    /// Both are of one authority: what the one signed the other vouches for.
    public func hasKey(of other: AuthorityCertificate) -> Bool {
        publicKey.rawRepresentation == other.publicKey.rawRepresentation && network == other.network
    }

    public static func == (one: Self, other: Self) -> Bool { one.der == other.der }

    public func hash(into hasher: inout Hasher) { hasher.combine(der) }

    private static func flaw(of x509: Certificate) -> String? {
        let known: [ASN1ObjectIdentifier] = [
            .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
            .X509ExtensionID.subjectAlternativeName,
        ]
        if let unknown = x509.extensions.first(where: { $0.critical && !known.contains($0.oid) }) {
            return "it has the unknown critical extension \(unknown.oid)"
        }
        do {
            guard case .notCertificateAuthority = try x509.extensions.basicConstraints ?? .notCertificateAuthority
            else { return "it is an authority's" }
            guard let usage = try x509.extensions.keyUsage, usage.digitalSignature else {
                return "it is not meant for signing"
            }
        } catch {
            return "its extensions cannot be read: \(error)"
        }
        return nil
    }

    private static func mayIssue(_ x509: Certificate) -> Bool {
        do {
            guard case .isCertificateAuthority = try x509.extensions.basicConstraints else { return false }
            return try x509.extensions.keyUsage?.keyCertSign == true
        } catch {
            return false
        }
    }

    private static func network(of x509: Certificate) -> NetworkName? {
        do {
            guard let names = try x509.extensions.subjectAlternativeNames, names.count == 1,
                case .uniformResourceIdentifier(let uri) = names[0], uri.hasPrefix("linli://"), uri.hasSuffix(uriPath)
            else { return nil }
            return NetworkName(uriSegment: uri.dropFirst("linli://".count).dropLast(uriPath.count))
        } catch {
            return nil
        }
    }
}
