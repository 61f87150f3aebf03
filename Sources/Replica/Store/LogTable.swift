import ChangeLog

/// The one row of changes.db that says how far everything is.
struct LogTable {
    static let definition = """
        CREATE TABLE log(
          one INTEGER PRIMARY KEY CHECK (one = 1), site INTEGER NOT NULL,
          acknowledged INTEGER NOT NULL, sealed_through INTEGER NOT NULL, stamp INTEGER NOT NULL, tag INTEGER,
          session_epoch INTEGER NOT NULL DEFAULT 0, over INTEGER NOT NULL, epoch INTEGER, position INTEGER,
          included INTEGER, hub_stamp INTEGER, sent INTEGER NOT NULL DEFAULT 0,
          clock_offset INTEGER NOT NULL DEFAULT 0, former_site INTEGER) STRICT
        """
    /// What format 1 had not.
    static let additions = [
        "ALTER TABLE log ADD COLUMN sent INTEGER NOT NULL DEFAULT \(Int64.max)",
        "ALTER TABLE log ADD COLUMN clock_offset INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE log ADD COLUMN former_site INTEGER",
    ]

    /// What the row holds.
    struct Record: Hashable {
        var site: SiteID
        var acknowledged: ChangesetNumber
        /// The last capture that is sealed.
        var sealedThrough: Int64
        /// At or above every stamp that this site gave.
        var stamp: Stamp
        var tag: UInt64?
        /// The apply that `light`, the lives and the staged chunks in this file came after; they count only while it is
        /// the last one.
        var over: Int64
        /// A checkpoint committed without touching linli.db.
        var light: CommittedBase?
        /// The last changeset that somebody may have seen; the greatest number of all while a session is at work, which
        /// may send what is sealed a moment later.
        var sent: ChangesetNumber
        /// The hub's clock less this machine's, in milliseconds, as measured last.
        var clockOffset: Int64
        /// The site that this one was before it turned out to be a copy.
        var formerSite: SiteID?
    }

    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    func begin(site: SiteID) throws(ReplicaError) {
        try sql.statement(
            "INSERT INTO log(one, site, acknowledged, sealed_through, stamp, over) VALUES (1, ?1, 0, 0, 0, 0)"
        ).bind(1, Int64(bitPattern: site.raw)).run()
    }

    func read() throws(ReplicaError) -> Record? {
        let row = try sql.statement(
            """
            SELECT site, acknowledged, sealed_through, stamp, tag, over, epoch, position, included, hub_stamp,
              sent, clock_offset, former_site FROM log
            """
        )
        defer { row.reset() }
        guard try row.step(), let stamp = Stamp(packed: row.integer(3)) else { return nil }
        var light: CommittedBase?
        if !row.isNull(6), let hubStamp = Stamp(packed: row.integer(9)) {
            let cursor = Cursor(epoch: Epoch(UInt64(bitPattern: row.integer(6))), position: Position(row.integer(7)))
            light = CommittedBase(cursor: cursor, included: ChangesetNumber(row.integer(8)), hubStamp: hubStamp)
        }
        return Record(
            site: SiteID(UInt64(bitPattern: row.integer(0))),
            acknowledged: ChangesetNumber(row.integer(1)),
            sealedThrough: row.integer(2),
            stamp: stamp,
            tag: row.isNull(4) ? nil : UInt64(bitPattern: row.integer(4)),
            over: row.integer(5),
            light: light,
            sent: ChangesetNumber(row.integer(10)),
            clockOffset: row.integer(11),
            formerSite: row.isNull(12) ? nil : SiteID(UInt64(bitPattern: row.integer(12)))
        )
    }

    func sealed(through: Int64, stamp: Stamp, sent: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("UPDATE log SET sealed_through = ?1, stamp = ?2, sent = ?3")
            .bind(1, through).bind(2, stamp.packed).bind(3, sent.number).run()
    }

    /// The file is another site's from now on, of which the hub knows nothing yet.
    ///
    /// - Parameter sent: what somebody has seen, under the former site's numbers, as its own are now.
    func begin(anewAs site: SiteID, former: SiteID, sent: ChangesetNumber) throws(ReplicaError) {
        try sql.statement(
            """
            UPDATE log SET site = ?1, former_site = ?2, acknowledged = 0, tag = NULL, session_epoch = 0, epoch = NULL,
              position = NULL, included = NULL, hub_stamp = NULL, sent = ?3
            """
        )
        .bind(1, Int64(bitPattern: site.raw)).bind(2, Int64(bitPattern: former.raw)).bind(3, sent.number).run()
    }

    func sent(through number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("UPDATE log SET sent = ?1").bind(1, number.number).run()
    }

    func measured(offset: Int64) throws(ReplicaError) {
        try sql.statement("UPDATE log SET clock_offset = ?1").bind(1, offset).run()
    }

    /// The greatest stamps were never seen, and are given back.
    func restart(stamp: Stamp) throws(ReplicaError) {
        try sql.statement("UPDATE log SET stamp = ?1").bind(1, stamp.packed).run()
    }

    func acknowledged(through number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("UPDATE log SET acknowledged = ?1").bind(1, number.number).run()
    }

    /// A session begins, which may send whatever is sealed.
    func tag(_ tag: UInt64) throws(ReplicaError) {
        try sql.statement("UPDATE log SET tag = ?1, sent = ?2").bind(1, Int64(bitPattern: tag)).bind(2, Int64.max).run()
    }

    /// The last session was another box's.
    func forgetTag() throws(ReplicaError) { try sql.statement("UPDATE log SET tag = NULL").run() }

    /// A session began in this epoch of the hub: what is staged from now on is of it.
    func session(in epoch: Epoch) throws(ReplicaError) {
        try sql.statement("UPDATE log SET session_epoch = ?1").bind(1, Int64(bitPattern: epoch.raw)).run()
    }

    /// The epoch of the last session.
    func sessionEpoch() throws(ReplicaError) -> Epoch {
        let row = try sql.statement("SELECT session_epoch FROM log")
        defer { row.reset() }
        return try row.step() ? Epoch(UInt64(bitPattern: row.integer(0))) : .none
    }

    /// A checkpoint that left linli.db as it was.
    func light(_ base: CommittedBase) throws(ReplicaError) {
        try sql.statement("UPDATE log SET epoch = ?1, position = ?2, included = ?3, hub_stamp = ?4")
            .bind(1, Int64(bitPattern: base.cursor.epoch.raw)).bind(2, base.cursor.position.number)
            .bind(3, base.included.number).bind(4, base.hubStamp.packed).run()
    }

    /// linli.db was committed anew: what was noted here since the apply before it counts no more.
    func follow(apply: Int64) throws(ReplicaError) {
        try sql.statement(
            "UPDATE log SET over = ?1, epoch = NULL, position = NULL, included = NULL, hub_stamp = NULL"
        ).bind(1, apply).run()
        try LifeTable(sql, LifeTable.log).removeAll()
        try StagedTable(sql).removeAll()
    }
}
