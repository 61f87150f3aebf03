public import ChangeLog
import Crypto

/// What the hub's journal keeps of one changeset: all that its hash was made of, so that the chain can be checked from
/// the journal alone, and the signature that came with it.
///
///     entry := varint(received_at) fixed64(base epoch) varint(base position) varint(schema version) varint(stamp_max)
///              varint(segments) varint(operations) varint(bytes) body_hash hash
///              varint(certificate) [signature]       0 and nothing: an entry after this one is signed
///              check
///
///     check     the first 8 bytes of SHA-256("linli journal 1", fixed64 site, fixed64 number, the bytes before)
///
/// Law: `hash` is SHA-256 of the header's chain bytes, where `previous` is the hash of the entry before. The check says
/// of one entry alone whether a byte of it changed, also of those that no hash covers.
public struct JournalEntry: Hashable, Sendable {
    public let site: SiteID
    public let number: ChangesetNumber
    /// When the hub merged it, by its clock; milliseconds since 1970 UTC.
    public let receivedAt: Int64
    public let base: Cursor
    public let schemaVersion: Int
    public let stampMax: Stamp
    public let segments: Int
    public let operations: Int
    public let byteCount: Int
    public let bodyHash: ChangesetHash
    public let hash: ChangesetHash
    public let signature: ChangesetSignature?
    /// The number of the certificate in `linli_certificate`; 0 without a signature.
    let certificate: Int64

    init(
        _ header: ChangesetHeader,
        hash: ChangesetHash,
        receivedAt: Int64,
        signature: ChangesetSignature?,
        certificate: Int64
    ) {
        site = header.site
        number = header.number
        self.receivedAt = receivedAt
        base = header.base
        schemaVersion = header.schemaVersion
        stampMax = header.stampMax
        segments = header.segments
        operations = header.operations
        byteCount = header.bytes
        bodyHash = header.bodyHash
        self.hash = hash
        self.signature = signature
        self.certificate = certificate
    }

    /// The changeset's header, when `previous` is the hash of the changeset before it.
    public func header(after previous: ChangesetHash) -> ChangesetHeader {
        ChangesetHeader(
            site: site,
            number: number,
            previous: previous,
            base: base,
            schemaVersion: schemaVersion,
            stampMax: stampMax,
            segments: segments,
            operations: operations,
            bytes: byteCount,
            bodyHash: bodyHash
        )
    }
}

extension JournalEntry {
    private static let checkBytes = 8

    var bytes: [UInt8] {
        var out = ByteWriter()
        out.reserve(192)
        out.unsigned(UInt64(bitPattern: receivedAt))
        out.fixed64(base.epoch.raw)
        out.unsigned(UInt64(base.position.number))
        out.unsigned(UInt64(schemaVersion))
        out.unsigned(UInt64(stampMax.packed))
        out.unsigned(UInt64(segments))
        out.unsigned(UInt64(operations))
        out.unsigned(UInt64(byteCount))
        out.raw(bodyHash.bytes)
        out.raw(hash.bytes)
        out.unsigned(UInt64(certificate))
        if let signature { out.raw(signature.bytes) }
        out.raw(Self.check(out.bytes[...], site: site, number: number))
        return out.bytes
    }

    /// - Throws: `MalformedBytes` when a byte is not what was written.
    init(_ bytes: [UInt8], site: SiteID, number: ChangesetNumber) throws(MalformedBytes) {
        let body = bytes.dropLast(Self.checkBytes)
        guard bytes.count > Self.checkBytes,
            bytes[body.endIndex...].elementsEqual(Self.check(body, site: site, number: number))
        else { throw MalformedBytes("it is not what was written", offset: bytes.count) }
        var reader = ByteReader(Array(body))
        self.site = site
        self.number = number
        receivedAt = Int64(bitPattern: try reader.unsigned())
        let epoch = Epoch(try reader.fixed64())
        base = Cursor(epoch: epoch, position: Position(Int64(try reader.index(below: .max))))
        schemaVersion = try reader.index(below: .max)
        guard let stamp = Stamp(packed: Int64(try reader.index(below: .max))) else {
            throw MalformedBytes("a stamp before 1970", offset: reader.offset)
        }
        stampMax = stamp
        segments = try reader.index(below: .max)
        operations = try reader.index(below: .max)
        byteCount = try reader.index(below: .max)
        bodyHash = try reader.changesetHash()
        hash = try reader.changesetHash()
        certificate = Int64(try reader.index(below: .max))
        signature = certificate == 0 ? nil : ChangesetSignature(try reader.raw(ChangesetSignature.byteCount))
        guard reader.isAtEnd else { throw MalformedBytes("more than an entry", offset: reader.offset) }
    }

    private static func check(_ bytes: ArraySlice<UInt8>, site: SiteID, number: ChangesetNumber) -> [UInt8] {
        var head = ByteWriter()
        head.raw("linli journal 1".utf8)
        head.fixed64(site.raw)
        head.fixed64(UInt64(number.number))
        var hash = SHA256()
        hash.update(data: head.bytes)
        hash.update(data: bytes)
        return Array(hash.finalize().prefix(checkBytes))
    }
}

extension ByteReader {
    fileprivate mutating func changesetHash() throws(MalformedBytes) -> ChangesetHash {
        let start = offset
        guard let hash = ChangesetHash(try raw(32)) else { throw MalformedBytes("a hash cut short", offset: start) }
        return hash
    }
}
