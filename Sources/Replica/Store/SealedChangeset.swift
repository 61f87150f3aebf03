import ChangeLog

/// A changeset as the change log keeps it: the header, its segments, and what else its sealing found out.
struct SealedChangeset: Hashable {
    var header: ChangesetHeader
    /// SHA-256 of the header's chain bytes.
    var hash: ChangesetHash
    /// The last capture that it holds.
    var through: Int64
    /// Milliseconds since 1970 UTC.
    var sealedAt: Int64
    /// What was added to the wall times of its captures, in milliseconds.
    var clockOffset: Int64
    var segments: [Segment]
    /// Rows that it deleted, or inserted again: their life afterwards. First inserts are not named.
    var lives: [Life]

    struct Segment: Hashable {
        /// Operations in the changeset before this segment.
        var place: Int
        /// A `RowDigest` of each operation's row.
        var rows: [UInt8]
        var bytes: [UInt8]
    }

    struct Life: Hashable {
        var row: RowKey
        var life: Int
    }
}

/// The bytes in which a changeset is carried inside linli.db until changes.db has it (see `CarriedTable`).
///
///     changeset := header hash fixed64(through) fixed64(sealedAt) fixed64(clockOffset)
///                  varint n, n segments, varint n, n lives
///     segment   := varint(place) string(rows) string(bytes)
///     life      := varint(table) string(key) varint(life)
extension SealedChangeset {
    var bytes: [UInt8] {
        var out = ByteWriter()
        out.fixed64(header.site.raw)
        out.fixed64(UInt64(header.number.number))
        out.raw(header.previous.bytes)
        out.fixed64(header.base.epoch.raw)
        out.fixed64(UInt64(header.base.position.number))
        out.unsigned(UInt64(header.schemaVersion))
        out.fixed64(UInt64(header.stampMax.packed))
        out.unsigned(UInt64(header.operations))
        out.unsigned(UInt64(header.bytes))
        out.raw(header.bodyHash.bytes)
        out.raw(hash.bytes)
        out.fixed64(UInt64(bitPattern: through))
        out.fixed64(UInt64(bitPattern: sealedAt))
        out.fixed64(UInt64(bitPattern: clockOffset))
        out.unsigned(UInt64(segments.count))
        for segment in segments {
            out.unsigned(UInt64(segment.place))
            out.string(segment.rows)
            out.string(segment.bytes)
        }
        out.unsigned(UInt64(lives.count))
        for life in lives {
            out.unsigned(UInt64(life.row.table))
            out.string(life.row.key.bytes)
            out.unsigned(UInt64(life.life))
        }
        return out.bytes
    }

    init(bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let site = SiteID(try reader.fixed64())
        let number = ChangesetNumber(Int64(truncatingIfNeeded: try reader.fixed64()))
        let previous = try reader.hash()
        let epoch = Epoch(try reader.fixed64())
        let position = Position(Int64(truncatingIfNeeded: try reader.fixed64()))
        let schemaVersion = try reader.index(below: Int(Int32.max))
        guard let stampMax = Stamp(packed: Int64(truncatingIfNeeded: try reader.fixed64())) else {
            throw MalformedBytes("a stamp before 1970", offset: reader.offset)
        }
        let operations = try reader.index(below: Int.max)
        let byteCount = try reader.index(below: Int.max)
        let bodyHash = try reader.hash()
        hash = try reader.hash()
        through = Int64(bitPattern: try reader.fixed64())
        sealedAt = Int64(bitPattern: try reader.fixed64())
        clockOffset = Int64(bitPattern: try reader.fixed64())
        segments = []
        for _ in 0..<(try reader.count()) {
            let place = try reader.index(below: Int.max)
            let rows = try reader.string()
            segments.append(Segment(place: place, rows: rows, bytes: try reader.string()))
        }
        lives = []
        for _ in 0..<(try reader.count()) {
            let table = try reader.index(below: 1 << 16)
            let key = KeyBytes(stored: try reader.string())
            let life = try reader.index(below: 1 << 31)
            lives.append(Life(row: RowKey(table: table, key: key), life: life))
        }
        header = ChangesetHeader(
            site: site,
            number: number,
            previous: previous,
            base: Cursor(epoch: epoch, position: position),
            schemaVersion: schemaVersion,
            stampMax: stampMax,
            segments: segments.count,
            operations: operations,
            bytes: byteCount,
            bodyHash: bodyHash
        )
    }
}

extension ByteReader {
    fileprivate mutating func hash() throws(MalformedBytes) -> ChangesetHash {
        let start = offset
        guard let hash = ChangesetHash(try raw(32)) else { throw MalformedBytes("a hash cut short", offset: start) }
        return hash
    }
}
