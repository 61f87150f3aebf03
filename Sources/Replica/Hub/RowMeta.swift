import ChangeLog

/// What the hub knows of one row beside its values: the entry in `linli_row_T`.
///
/// Laws: `position` is the row's one place in the feed of each of its scopes. `foreignPosition` is the greatest
/// position at which anyone but `by` changed the row, or its scope changed; so a site whose round began at or after it
/// knows everything about the row but its own writes.
struct RowMeta {
    /// Odd: alive. Even: dead, and this entry is its tombstone.
    var life: Int
    /// Where the row was last deleted; 0 when never.
    var deletedAt: Int64
    var position: Int64
    /// The clock of every cell that `exceptions` does not name. The site is its number in `linli_site`.
    var clockPosition: Int64
    var site: Int64
    var stamp: Int64
    /// The row's first scope; further ones stand in `linli_feed`.
    var scope: Int64
    /// The number of the site that wrote last.
    var by: Int64
    var foreignPosition: Int64
    /// Clocks of single cells, ascending by cell.
    var exceptions: [CellException]

    var isAlive: Bool { life % 2 == 1 }

    /// Places the row at `position` for a write by `site`.
    mutating func move(to position: Int64, by site: Int64) {
        guard position != self.position else { return }
        if by != site { foreignPosition = self.position }
        by = site
        self.position = position
    }
}

/// One cell's clock, where it differs from its row's.
struct CellException: Hashable {
    var cell: Int
    var stamp: Int64
    var site: Int64
    var position: Int64
}

/// The column `clocks` of `linli_row_T`.
///
///     clocks := (varint(cell) varint(stamp) varint(site's number) varint(position))*      NULL when there is none
extension [CellException] {
    var encoded: Value {
        guard !isEmpty else { return .null }
        var out = ByteWriter()
        out.reserve(count * 16)
        for one in self {
            out.unsigned(UInt64(one.cell))
            out.unsigned(UInt64(one.stamp))
            out.unsigned(UInt64(one.site))
            out.unsigned(UInt64(one.position))
        }
        return .blob(out.bytes)
    }

    init(stored bytes: [UInt8]) throws(MalformedBytes) {
        self = []
        var reader = ByteReader(bytes)
        while !reader.isAtEnd {
            append(
                CellException(
                    cell: try reader.index(below: TableShape.valueCellsMax),
                    stamp: Int64(truncatingIfNeeded: try reader.unsigned()),
                    site: Int64(truncatingIfNeeded: try reader.unsigned()),
                    position: Int64(truncatingIfNeeded: try reader.unsigned())
                )
            )
        }
    }
}
