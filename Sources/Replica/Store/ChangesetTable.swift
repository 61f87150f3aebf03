import ChangeLog

/// Changesets and their segments in changes.db. A segment's row number is `number << 20 | part`.
struct ChangesetTable {
    static let definition = """
        CREATE TABLE changeset(
          number INTEGER PRIMARY KEY, previous BLOB NOT NULL, hash BLOB NOT NULL, base_epoch INTEGER NOT NULL,
          base_position INTEGER NOT NULL, schema_version INTEGER NOT NULL, stamp_max INTEGER NOT NULL,
          segments INTEGER NOT NULL, operations INTEGER NOT NULL, bytes INTEGER NOT NULL, body_hash BLOB NOT NULL,
          sealed_at INTEGER NOT NULL, clock_offset INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE segment(place INTEGER PRIMARY KEY, operations INTEGER NOT NULL, rows BLOB NOT NULL,
          bytes BLOB NOT NULL) STRICT
        """
    /// What format 1 had not.
    static let additions = ["ALTER TABLE changeset ADD COLUMN clock_offset INTEGER NOT NULL DEFAULT 0"]

    private static let partBits: Int64 = 20
    let sql: SQL
    private let site: SiteID

    init(_ sql: SQL, site: SiteID) {
        self.sql = sql
        self.site = site
    }

    // MARK: Appending

    /// Writes one segment of a changeset whose header follows in the same transaction.
    func append(_ segment: SealedChangeset.Segment, of number: ChangesetNumber, part: Int) throws(ReplicaError) {
        try sql.statement("INSERT INTO segment(place, operations, rows, bytes) VALUES (?1, ?2, ?3, ?4)")
            .bind(1, Self.place(number, part)).bind(2, segment.place).bind(3, .blob(segment.rows))
            .bind(4, .blob(segment.bytes)).run()
    }

    /// - Parameter clockOffset: what was added to the wall times of its captures, in milliseconds.
    func append(
        _ header: ChangesetHeader,
        hash: ChangesetHash,
        sealedAt: Int64,
        clockOffset: Int64
    ) throws(ReplicaError) {
        try sql.statement("INSERT INTO changeset VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")
            .bind(1, header.number.number).bind(2, .blob(header.previous.bytes)).bind(3, .blob(hash.bytes))
            .bind(4, Int64(bitPattern: header.base.epoch.raw)).bind(5, header.base.position.number)
            .bind(6, header.schemaVersion).bind(7, header.stampMax.packed).bind(8, header.segments)
            .bind(9, header.operations).bind(10, header.bytes).bind(11, .blob(header.bodyHash.bytes))
            .bind(12, sealedAt).bind(13, clockOffset).run()
    }

    // MARK: Reading

    /// The last changeset and its hash; zero when there is none yet.
    func last() throws(ReplicaError) -> (number: ChangesetNumber, hash: ChangesetHash) {
        let row = try sql.statement("SELECT number, hash FROM changeset ORDER BY number DESC LIMIT 1")
        defer { row.reset() }
        guard try row.step() else { return (.none, .none) }
        return (ChangesetNumber(row.integer(0)), try Self.hash(row.bytes(1)))
    }

    /// The oldest changeset that is still kept; nil when there is none.
    func oldest() throws(ReplicaError) -> ChangesetNumber? {
        let row = try sql.statement("SELECT min(number) FROM changeset")
        defer { row.reset() }
        return try row.step() && !row.isNull(0) ? ChangesetNumber(row.integer(0)) : nil
    }

    func header(_ number: ChangesetNumber) throws(ReplicaError) -> ChangesetHeader? {
        try stored(number)?.header
    }

    /// A header, and the hash that stands with it.
    func stored(_ number: ChangesetNumber) throws(ReplicaError) -> (header: ChangesetHeader, hash: ChangesetHash)? {
        let row = try sql.statement(
            """
            SELECT previous, base_epoch, base_position, schema_version, stamp_max, segments, operations, bytes,
              body_hash, hash FROM changeset WHERE number = ?1
            """
        ).bind(1, number.number)
        defer { row.reset() }
        guard try row.step() else { return nil }
        guard let stampMax = Stamp(packed: row.integer(4)) else { throw Self.damaged }
        let base = Cursor(epoch: Epoch(UInt64(bitPattern: row.integer(1))), position: Position(row.integer(2)))
        let header = ChangesetHeader(
            site: site,
            number: number,
            previous: try Self.hash(row.bytes(0)),
            base: base,
            schemaVersion: Int(row.integer(3)),
            stampMax: stampMax,
            segments: Int(row.integer(5)),
            operations: Int(row.integer(6)),
            bytes: Int(row.integer(7)),
            bodyHash: try Self.hash(row.bytes(8))
        )
        return (header, try Self.hash(row.bytes(9)))
    }

    func hash(_ number: ChangesetNumber) throws(ReplicaError) -> ChangesetHash? {
        let row = try sql.statement("SELECT hash FROM changeset WHERE number = ?1").bind(1, number.number)
        defer { row.reset() }
        return try row.step() ? try Self.hash(row.bytes(0)) : nil
    }

    /// The positions of the base cursors after `number`, in order.
    func bases(
        after number: ChangesetNumber,
        _ each: (ChangesetNumber, Position) -> Void
    ) throws(ReplicaError) {
        let row = try sql.statement("SELECT number, base_position FROM changeset WHERE number > ?1 ORDER BY number")
            .bind(1, number.number)
        defer { row.reset() }
        while try row.step() { each(ChangesetNumber(row.integer(0)), Position(row.integer(1))) }
    }

    /// Segments from one on, up to a number of bytes, but at least one.
    func segments(
        from number: ChangesetNumber,
        part: Int,
        bytesMax: Int
    ) throws(ReplicaError) -> [(number: ChangesetNumber, part: Int, bytes: [UInt8])] {
        let row = try sql.statement("SELECT place, bytes FROM segment WHERE place >= ?1 ORDER BY place")
            .bind(1, Self.place(number, part))
        defer { row.reset() }
        var found: [(number: ChangesetNumber, part: Int, bytes: [UInt8])] = []
        var total = 0
        while try row.step() {
            let place = row.integer(0)
            let bytes = row.bytes(1)
            total += bytes.count
            guard found.isEmpty || total <= bytesMax else { break }
            found.append(
                (ChangesetNumber(place >> Self.partBits), Int(place & (1 << Self.partBits - 1)), bytes)
            )
        }
        return found
    }

    /// The bodies of one changeset's segments, in order.
    func eachSegment(of number: ChangesetNumber, _ body: ([UInt8]) throws -> Void) throws {
        let row = try sql.statement("SELECT bytes FROM segment WHERE place >= ?1 AND place < ?2 ORDER BY place")
            .bind(1, Self.place(number, 0)).bind(2, Self.place(number.next, 0))
        defer { row.reset() }
        while try row.step() { try body(row.bytes(0)) }
    }

    /// The segments of changesets after `number`, in order, whose rows are of interest.
    func pending(
        after number: ChangesetNumber,
        upTo last: ChangesetNumber,
        where isWanted: ([UInt8]) -> Bool,
        _ each: (SegmentReader) throws -> Void
    ) throws {
        let row = try sql.statement(
            "SELECT operations, rows, bytes FROM segment WHERE place >= ?1 AND place < ?2 ORDER BY place"
        )
        .bind(1, Self.place(number.next, 0)).bind(2, Self.place(last.next, 0))
        defer { row.reset() }
        while try row.step() {
            guard isWanted(row.bytes(1)) else { continue }
            try each(SegmentReader(row.bytes(2), place: Int(row.integer(0))))
        }
    }

    // MARK: Another site's

    func removeAll(through number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("DELETE FROM changeset WHERE number <= ?1").bind(1, number.number).run()
        try sql.statement("DELETE FROM segment WHERE place < ?1").bind(1, Self.place(number.next, 0)).run()
    }

    func remove(_ number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("DELETE FROM changeset WHERE number = ?1").bind(1, number.number).run()
        try removeSegments(of: number)
    }

    func removeSegments(of number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("DELETE FROM segment WHERE place >= ?1 AND place < ?2")
            .bind(1, Self.place(number, 0)).bind(2, Self.place(number.next, 0)).run()
    }

    /// Changeset `number` is from now on the one that the header names, whose number is not greater. Those of lesser
    /// numbers are renumbered, or gone.
    func renumber(
        _ number: ChangesetNumber,
        as header: ChangesetHeader,
        hash: ChangesetHash
    ) throws(ReplicaError) {
        try sql.statement(
            """
            UPDATE changeset SET number = ?2, previous = ?3, hash = ?4, stamp_max = ?5, segments = ?6,
              operations = ?7, bytes = ?8, body_hash = ?9 WHERE number = ?1
            """
        )
        .bind(1, number.number).bind(2, header.number.number).bind(3, .blob(header.previous.bytes))
        .bind(4, .blob(hash.bytes)).bind(5, header.stampMax.packed).bind(6, header.segments)
        .bind(7, header.operations).bind(8, header.bytes).bind(9, .blob(header.bodyHash.bytes)).run()
        guard header.number != number else { return }
        try sql.statement("UPDATE segment SET place = place - ?3 WHERE place >= ?1 AND place < ?2")
            .bind(1, Self.place(number, 0)).bind(2, Self.place(number.next, 0))
            .bind(3, (number.number - header.number.number) << Self.partBits).run()
    }

    // MARK: Restamping

    /// The offset that each changeset after `number` was sealed with, and its greatest stamp, in order.
    func clockOffsets(
        after number: ChangesetNumber,
        _ each: (ChangesetNumber, Int64, Stamp) -> Void
    ) throws(ReplicaError) {
        let row = try sql.statement(
            "SELECT number, clock_offset, stamp_max FROM changeset WHERE number > ?1 ORDER BY number"
        )
        .bind(1, number.number)
        defer { row.reset() }
        while try row.step() {
            each(ChangesetNumber(row.integer(0)), row.integer(1), Stamp(packed: row.integer(2)) ?? .zero)
        }
    }

    func clockOffset(_ number: ChangesetNumber) throws(ReplicaError) -> Int64? {
        try sql.statement("SELECT clock_offset FROM changeset WHERE number = ?1").bind(1, number.number).firstInteger()
    }

    /// The wall clock's time when it was sealed.
    func sealedAt(_ number: ChangesetNumber) throws(ReplicaError) -> Int64? {
        try sql.statement("SELECT sealed_at FROM changeset WHERE number = ?1").bind(1, number.number).firstInteger()
    }

    func segment(_ number: ChangesetNumber, part: Int) throws(ReplicaError) -> [UInt8]? {
        let row = try sql.statement("SELECT bytes FROM segment WHERE place = ?1").bind(1, Self.place(number, part))
        defer { row.reset() }
        return try row.step() ? row.bytes(0) : nil
    }

    func replace(_ number: ChangesetNumber, part: Int, bytes: [UInt8]) throws(ReplicaError) {
        try sql.statement("UPDATE segment SET bytes = ?2 WHERE place = ?1")
            .bind(1, Self.place(number, part)).bind(2, .blob(bytes)).run()
    }

    func replace(_ header: ChangesetHeader, hash: ChangesetHash, clockOffset: Int64) throws(ReplicaError) {
        try sql.statement(
            """
            UPDATE changeset SET previous = ?2, hash = ?3, stamp_max = ?4, bytes = ?5, body_hash = ?6,
              clock_offset = ?7 WHERE number = ?1
            """
        )
        .bind(1, header.number.number).bind(2, .blob(header.previous.bytes)).bind(3, .blob(hash.bytes))
        .bind(4, header.stampMax.packed).bind(5, header.bytes).bind(6, .blob(header.bodyHash.bytes))
        .bind(7, clockOffset).run()
    }

    // MARK: Trimming

    /// Deletes the oldest changesets: those up to `number` or sealed before `instant`, none after `included`, and not the
    /// last one. The first that is to stay ends it, so that nothing is deleted from the middle, and a long log costs
    /// nothing to look at.
    ///
    /// - Returns: how many; at most as many as one transaction may.
    func trim(through number: ChangesetNumber, orSealedBefore instant: Int64, upTo included: ChangesetNumber)
        throws(ReplicaError) -> Int
    {
        let row = try sql.statement(
            """
            SELECT number, sealed_at FROM changeset
            WHERE number <= ?1 AND number < (SELECT max(number) FROM changeset) ORDER BY number LIMIT ?2
            """
        )
        .bind(1, included.number).bind(2, StoreLimits.trimmedChangesetsMax)
        defer { row.reset() }
        var (last, count) = (Int64(0), 0)
        while try row.step(), row.integer(0) <= number.number || row.integer(1) < instant {
            last = row.integer(0)
            count += 1
        }
        row.reset()
        guard count > 0 else { return 0 }
        try sql.statement("DELETE FROM changeset WHERE number <= ?1").bind(1, last).run()
        try sql.statement("DELETE FROM segment WHERE place < ?1")
            .bind(1, Self.place(ChangesetNumber(last).next, 0)).run()
        return count
    }

    private static func place(_ number: ChangesetNumber, _ part: Int) -> Int64 {
        number.number << partBits | Int64(part)
    }

    private static func hash(_ bytes: [UInt8]) throws(ReplicaError) -> ChangesetHash {
        guard let hash = ChangesetHash(bytes) else { throw damaged }
        return hash
    }

    private static let damaged = ReplicaError.damagedSetting(name: "changeset, in changes.db")
}
