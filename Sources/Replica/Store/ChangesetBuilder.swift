import ChangeLog
import Crypto

/// Turns the folded operations of one seal into a changeset, segment by segment, so that a transaction of any size is
/// sealed without being held in memory.
struct ChangesetBuilder {
    let site: SiteID
    let number: ChangesetNumber
    let previous: ChangesetHash
    let base: Cursor
    let schemaVersion: Int
    private(set) var lives: [SealedChangeset.Life] = []
    private var writer = SegmentWriter()
    private var body = SHA256()
    private var bodyBytes = 0
    private var segments = 0
    private var stampMax = Stamp.zero
    /// Of the segment in progress.
    private var place = 0
    private var rows: [UInt8] = []

    init(site: SiteID, number: ChangesetNumber, previous: ChangesetHash, base: Cursor, schemaVersion: Int) {
        self.site = site
        self.number = number
        self.previous = previous
        self.base = base
        self.schemaVersion = schemaVersion
    }

    var operations: Int { writer.count }

    /// Captured writes that leave nothing are known by their marks, too.
    mutating func take(_ idle: [CaptureMark]) { for mark in idle { writer.begin(mark) } }

    /// Appends one operation.
    ///
    /// - Returns: the segment that it completed, to be written away.
    mutating func add(_ operation: Operation, shape: TableShape) -> SealedChangeset.Segment? {
        let placeBefore = writer.count
        writer.write(operation, shape: shape)
        stampMax = max(stampMax, operation.stamp)
        var completed: SealedChangeset.Segment?
        for bytes in writer.takeFinished() {
            completed = take(bytes)
            place = placeBefore
            rows = []
        }
        let row = RowKey(table: operation.table, key: operation.key)
        RowDigest.append(RowDigest(row), to: &rows)
        switch operation.kind {
        case .insert where operation.life != 1, .delete:
            lives.append(SealedChangeset.Life(row: row, life: operation.life))
        case .insert, .update, .grant: break
        }
        return completed
    }

    /// The last segment, the header and its hash.
    mutating func finish() -> (segment: SealedChangeset.Segment?, header: ChangesetHeader, hash: ChangesetHash) {
        let last = writer.finish().last.map { take($0) }
        let header = ChangesetHeader(
            site: site,
            number: number,
            previous: previous,
            base: base,
            schemaVersion: schemaVersion,
            stampMax: stampMax,
            segments: segments,
            operations: writer.count,
            bytes: bodyBytes,
            bodyHash: Self.hash(body.finalize())
        )
        return (last, header, Self.hash(of: header))
    }

    /// The hash by which the next changeset is chained to this one.
    static func hash(of header: ChangesetHeader) -> ChangesetHash { hash(SHA256.hash(data: header.chainBytes)) }

    private mutating func take(_ bytes: [UInt8]) -> SealedChangeset.Segment {
        body.update(data: bytes)
        bodyBytes += bytes.count
        segments += 1
        return SealedChangeset.Segment(place: place, rows: rows, bytes: bytes)
    }

    private static func hash(_ digest: SHA256.Digest) -> ChangesetHash {
        guard let hash = ChangesetHash(digest) else { preconditionFailure("SHA-256 has 32 bytes") }
        return hash
    }
}
