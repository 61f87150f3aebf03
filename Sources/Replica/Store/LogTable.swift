import ChangeLog

/// The one row of changes.db that says how far everything is.
struct LogTable {
    static let definition = """
        CREATE TABLE log(
          one INTEGER PRIMARY KEY CHECK (one = 1), site INTEGER NOT NULL,
          acknowledged INTEGER NOT NULL, sealed_through INTEGER NOT NULL, stamp INTEGER NOT NULL, tag INTEGER,
          over INTEGER, epoch INTEGER, position INTEGER, included INTEGER, hub_stamp INTEGER) STRICT
        """

    /// What the row holds.
    struct Record: Hashable {
        var site: SiteID
        var acknowledged: ChangesetNumber
        /// The last capture that is sealed.
        var sealedThrough: Int64
        /// At or above every stamp that this site gave.
        var stamp: Stamp
        var tag: UInt64?
        /// A checkpoint committed without touching linli.db, and the number of the apply that it came after. It counts
        /// only while that apply is the last one.
        var light: (over: Int64, base: CommittedBase)?

        static func == (one: Self, other: Self) -> Bool {
            one.site == other.site && one.acknowledged == other.acknowledged
                && one.sealedThrough == other.sealedThrough && one.stamp == other.stamp && one.tag == other.tag
                && one.light?.over == other.light?.over && one.light?.base == other.light?.base
        }

        func hash(into hasher: inout Hasher) { hasher.combine(site) }
    }

    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    func begin(site: SiteID) throws(ReplicaError) {
        try sql.statement("INSERT INTO log(one, site, acknowledged, sealed_through, stamp) VALUES (1, ?1, 0, 0, 0)")
            .bind(1, Int64(bitPattern: site.raw)).run()
    }

    func read() throws(ReplicaError) -> Record? {
        let row = try sql.statement(
            """
            SELECT site, acknowledged, sealed_through, stamp, tag, over, epoch, position, included, hub_stamp FROM log
            """)
        defer { row.reset() }
        guard try row.step(), let stamp = Stamp(packed: row.integer(3)) else { return nil }
        var light: (over: Int64, base: CommittedBase)?
        if !row.isNull(5), let hubStamp = Stamp(packed: row.integer(9)) {
            light = (
                row.integer(5),
                CommittedBase(
                    cursor: Cursor(
                        epoch: Epoch(UInt64(bitPattern: row.integer(6))), position: Position(row.integer(7))),
                    included: ChangesetNumber(row.integer(8)), hubStamp: hubStamp)
            )
        }
        return Record(
            site: SiteID(UInt64(bitPattern: row.integer(0))), acknowledged: ChangesetNumber(row.integer(1)),
            sealedThrough: row.integer(2), stamp: stamp, tag: row.isNull(4) ? nil : UInt64(bitPattern: row.integer(4)),
            light: light)
    }

    func sealed(through: Int64, stamp: Stamp) throws(ReplicaError) {
        try sql.statement("UPDATE log SET sealed_through = ?1, stamp = max(stamp, ?2)")
            .bind(1, through).bind(2, stamp.packed).run()
    }

    func acknowledged(through number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("UPDATE log SET acknowledged = ?1").bind(1, number.number).run()
    }

    func tag(_ tag: UInt64) throws(ReplicaError) {
        try sql.statement("UPDATE log SET tag = ?1").bind(1, Int64(bitPattern: tag)).run()
    }

    func light(over applied: Int64, _ base: CommittedBase) throws(ReplicaError) {
        try sql.statement(
            "UPDATE log SET over = ?1, epoch = ?2, position = ?3, included = ?4, hub_stamp = ?5"
        )
        .bind(1, applied).bind(2, Int64(bitPattern: base.cursor.epoch.raw)).bind(3, base.cursor.position.number)
        .bind(4, base.included.number).bind(5, base.hubStamp.packed).run()
    }
}

/// What of the hub's state the replica stands on.
struct CommittedBase: Hashable {
    var cursor: Cursor
    /// The last own changeset that the hub's state at `cursor` includes.
    var included: ChangesetNumber
    /// At or above every stamp in that state.
    var hubStamp: Stamp

    static let start = CommittedBase(cursor: .start, included: .none, hubStamp: .zero)
}
