public import ChangeLog
import Crypto
import FoundationEssentials

/// What a receipt that holds proves.
public struct ReceiptFacts: Hashable, Sendable {
    public let network: String
    public let store: NodeName
    public let site: SiteID
    public let number: ChangesetNumber
    public let hash: ChangesetHash
    /// By the hub's clock, milliseconds since 1970 UTC.
    public let receivedAt: Int64
    /// Everything above is as true as this authority.
    public let authority: Fingerprint
}

/// Why a receipt proves nothing.
public enum ReceiptFault: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case otherAuthority(Fingerprint, expected: Fingerprint)
    case wrong(String)

    public var description: String {
        switch self {
        case .unreadable(let what): "the file is no receipt: \(what); ask the hub for it anew with `linli hub receipt`"
        case .otherAuthority(let found, let expected):
            "the receipt is of another network: its authority is \(found), not \(expected); compare the files"
        case .wrong(let what): "the receipt does not hold: \(what); ask the hub for it anew with `linli hub receipt`"
        }
    }
}

/// Checks a receipt with what is in it, and with nothing else but, if it is given, the authority's certificate.
public enum ReceiptCheck {
    /// The longest file that is read: the most headers that a receipt has, and room to spare.
    public static let bytesMax = 8 * 1_024 * 1_024
    private static let headersMax = 8_192

    /// - Parameter authority: whom the reader trusts; nil to take the authority that the receipt names, whose
    ///   fingerprint is in the answer for the reader to compare.
    public static func check(
        _ json: [UInt8],
        authority expected: AuthorityCertificate? = nil
    ) throws(ReceiptFault) -> ReceiptFacts {
        guard json.count <= bytesMax else { throw .unreadable("it has \(json.count) bytes, above \(bytesMax)") }
        let receipt: Receipt
        do { receipt = try JSONDecoder().decode(Receipt.self, from: Data(json)) } catch {
            throw .unreadable("its JSON is not that of one")
        }
        guard receipt.format == Receipt.format else { throw .unreadable("its format is '\(receipt.format)'") }
        let authority: AuthorityCertificate
        do { authority = try AuthorityCertificate(pem: receipt.authority) } catch {
            throw .unreadable("its authority's certificate is none")
        }
        // By the key: an authority's certificate is renewed, and its key stays.
        if let expected, expected.publicKey.rawRepresentation != authority.publicKey.rawRepresentation {
            throw .otherAuthority(authority.fingerprint, expected: expected.fingerprint)
        }
        return try check(receipt, authority)
    }

    private static func check(
        _ receipt: Receipt,
        _ authority: AuthorityCertificate
    ) throws(ReceiptFault) -> ReceiptFacts {
        guard let store = NodeName(receipt.store), let site = SiteID(receipt.site), receipt.number > 0,
            let hash = Hexadecimal.bytes(receipt.hash).flatMap({ ChangesetHash($0) }),
            let signature = Hexadecimal.bytes(receipt.signature).flatMap({ ChangesetSignature($0) }),
            let hubSignature = Hexadecimal.bytes(receipt.hubSignature),
            hubSignature.count == ChangesetSignature.byteCount
        else { throw .unreadable("a field is not of its kind") }
        guard receipt.network == authority.network.text else {
            throw .wrong("it is of network \(receipt.network), its authority of \(authority.network)")
        }
        let number = ChangesetNumber(receipt.number)
        let signer = try certificate(receipt.certificate, of: "the store", authority)
        guard signer.node == store else { throw .wrong("it is signed by \(signer.node), not by \(store)") }
        let last = try lastHash(receipt, site: site, number: number, hash: hash)
        guard ChangesetVerifier(signer)?.isSigned(last, signature) == true else {
            throw .wrong("the store's signature is not over these changesets")
        }
        let hub = try certificate(receipt.hubCertificate, of: "the hub", authority)
        guard hub.identity.isHub else { throw .wrong("the hub's certificate is \(hub.node)'s") }
        let statement = Receipt.statement(
            network: receipt.network,
            store: receipt.store,
            site: site,
            number: number,
            hash: hash,
            receivedAt: receipt.receivedMilliseconds
        )
        guard hub.isSigned(statement, hubSignature) else {
            throw .wrong("the hub's signature is not over this statement")
        }
        return ReceiptFacts(
            network: receipt.network,
            store: store,
            site: site,
            number: number,
            hash: hash,
            receivedAt: receipt.receivedMilliseconds,
            authority: authority.fingerprint
        )
    }

    /// Follows the chain from the changeset to the one that is signed.
    private static func lastHash(
        _ receipt: Receipt,
        site: SiteID,
        number: ChangesetNumber,
        hash: ChangesetHash
    ) throws(ReceiptFault) -> ChangesetHash {
        guard !receipt.headers.isEmpty, receipt.headers.count <= headersMax else {
            throw .unreadable("it has \(receipt.headers.count) headers")
        }
        var due = number
        var last: ChangesetHash?
        for one in receipt.headers {
            guard let header = one.header(site: site) else { throw .unreadable("a header is none") }
            guard header.number == due, last == nil || header.previous == last else {
                throw .wrong("changeset \(header.number) does not follow the one before it")
            }
            let found = ReceiptHeader.hash(of: header)
            if last == nil, found != hash { throw .wrong("the header is not that of its hash") }
            last = found
            due = due.next
        }
        return last ?? hash
    }

    private static func certificate(
        _ pem: String,
        of whom: String,
        _ authority: AuthorityCertificate
    ) throws(ReceiptFault) -> NodeCertificate {
        let der: [UInt8]
        do { der = try CertificatePEM.der(of: pem) } catch { throw .unreadable("\(whom)'s certificate is none") }
        do { return try authority.vouch(for: der) } catch {
            throw .wrong("\(whom)'s certificate is no good: \(error)")
        }
    }
}
