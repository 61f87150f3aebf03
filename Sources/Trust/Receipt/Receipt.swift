public import ChangeLog
import FoundationEssentials

/// What the hub gives for one changeset that it received: with it, and with public keys alone, anyone can check on any
/// machine that the store's key signed the changeset and when the hub says that it came.
///
///     receipt   JSON: who and when, headers, the store's signature and certificate, the hub's, the authority's
///     headers   the changeset's, and those after it up to the one that the store signed: each names its
///               predecessor's hash, so that the signature covers them all
///
/// Hashes, sites and signatures are hexadecimal, certificates PEM.
public struct Receipt: Hashable, Sendable, Codable {
    public static let format = "linli receipt 1"

    public var format: String
    public var network: String
    public var store: String
    public var site: String
    public var number: Int64
    public var hash: String
    public var receivedMilliseconds: Int64
    public var headers: [ReceiptHeader]
    public var signature: String
    public var certificate: String
    /// The hub's signature over `statement`.
    public var hubSignature: String
    public var hubCertificate: String
    public var authority: String

    private enum CodingKeys: String, CodingKey {
        case format, network, store, site, number, hash, headers, signature, certificate, authority
        case receivedMilliseconds = "received_ms"
        case hubSignature = "hub_signature"
        case hubCertificate = "hub_certificate"
    }

    /// Makes the receipt, with the hub's signature.
    ///
    /// - Parameters:
    ///   - headers: of the changeset, and of those after it through the one that `proof` signs.
    ///   - hub: the hub's own key and certificates.
    /// - Throws: `CertificateError`.
    public init(
        network: String,
        store: NodeName,
        receivedAt: Int64,
        headers: [ChangesetHeader],
        proof: ChangesetProof,
        hub: NodeCredentials
    ) throws(CertificateError) {
        guard let first = headers.first else { throw .notMade("a receipt of nothing") }
        let hash = ReceiptHeader.hash(of: first)
        format = Self.format
        self.network = network
        self.store = store.text
        site = first.site.description
        number = first.number.number
        self.hash = Hexadecimal.text(hash.bytes)
        receivedMilliseconds = receivedAt
        self.headers = headers.map(ReceiptHeader.init)
        signature = Hexadecimal.text(proof.signature.bytes)
        certificate = try NodeCertificate(der: proof.certificate).pem
        let statement = Self.statement(
            network: network,
            store: store.text,
            site: first.site,
            number: first.number,
            hash: hash,
            receivedAt: receivedAt
        )
        hubSignature = Hexadecimal.text(try hub.key.sign(message: statement))
        hubCertificate = hub.certificate.pem
        authority = hub.authority.pem
    }

    /// What the hub signs.
    ///
    ///     "linli receipt 1" string(network) string(store) fixed64(site) fixed64(number) hash fixed64(received_ms)
    static func statement(
        network: String,
        store: String,
        site: SiteID,
        number: ChangesetNumber,
        hash: ChangesetHash,
        receivedAt: Int64
    ) -> [UInt8] {
        var out = ByteWriter()
        out.raw(Self.format.utf8)
        out.string(Array(network.utf8))
        out.string(Array(store.utf8))
        out.fixed64(site.raw)
        out.fixed64(UInt64(number.number))
        out.raw(hash.bytes)
        out.fixed64(UInt64(bitPattern: receivedAt))
        return out.bytes
    }
}
