import ChangeLog
import Crypto
import FoundationEssentials

/// A changeset's header as a receipt writes it: what its hash is made of, besides the site.
public struct ReceiptHeader: Hashable, Sendable, Codable {
    public var number: Int64
    public var previous: String
    public var baseEpoch: String
    public var basePosition: Int64
    public var schemaVersion: Int
    public var stampMax: Int64
    public var segments: Int
    public var operations: Int
    public var bytes: Int
    public var bodyHash: String

    private enum CodingKeys: String, CodingKey {
        case number, previous, segments, operations, bytes
        case baseEpoch = "base_epoch"
        case basePosition = "base_position"
        case schemaVersion = "schema_version"
        case stampMax = "stamp_max"
        case bodyHash = "body_hash"
    }

    init(_ header: ChangesetHeader) {
        number = header.number.number
        previous = Hexadecimal.text(header.previous.bytes)
        baseEpoch = header.base.epoch.description
        basePosition = header.base.position.number
        schemaVersion = header.schemaVersion
        stampMax = header.stampMax.packed
        segments = header.segments
        operations = header.operations
        bytes = header.bytes
        bodyHash = Hexadecimal.text(header.bodyHash.bytes)
    }

    /// nil when a field is none that a header can have.
    func header(site: SiteID) -> ChangesetHeader? {
        guard number > 0, basePosition >= 0, schemaVersion >= 0, segments >= 0, operations >= 0, bytes >= 0,
            let previous = Hexadecimal.bytes(previous).flatMap({ ChangesetHash($0) }),
            let bodyHash = Hexadecimal.bytes(bodyHash).flatMap({ ChangesetHash($0) }),
            let epoch = SiteID(baseEpoch), stampMax >= 0, let stamp = Stamp(packed: stampMax)
        else { return nil }
        return ChangesetHeader(
            site: site,
            number: ChangesetNumber(number),
            previous: previous,
            base: Cursor(epoch: Epoch(epoch.raw), position: Position(basePosition)),
            schemaVersion: schemaVersion,
            stampMax: stamp,
            segments: segments,
            operations: operations,
            bytes: bytes,
            bodyHash: bodyHash
        )
    }

    /// By which the next changeset is chained to this one.
    static func hash(of header: ChangesetHeader) -> ChangesetHash {
        guard let hash = ChangesetHash(SHA256.hash(data: header.chainBytes)) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return hash
    }
}
