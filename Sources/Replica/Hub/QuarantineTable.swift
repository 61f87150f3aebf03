import ChangeLog

/// Why the hub refused a change, as `linli_quarantine.reason` says it.
enum QuarantineReason: Hashable {
    /// A spend or grant beyond the writer's rights.
    case noRights
    /// The store may not write this cell, or no row of this scope.
    case notYours(column: String?)
    /// Rows of the table, or those that hang on it, are only inserted.
    case immutable
    /// The key is another row's, or no key.
    case key
    /// A constraint of the table.
    case check(String)
    /// A counter outside ±2^53.
    case overflow(column: String)
    /// The writer's clock was far ahead.
    case clock
    /// It rests on an insert or delete of the same site that was refused.
    case dependant
    /// The change whose effect it is did not take hold.
    case effect
    /// The changeset verifies, but cannot be read.
    case unreadable(String)
    /// What the hub wrote in a history that it lost could not be made again, and why.
    case lostWrite(String)
    /// A store gave back as the hub's what the hub never sent.
    case foreignOffer

    var text: String {
        switch self {
        case .noRights: "no rights"
        case .notYours(.none): "not yours"
        case .notYours(.some(let column)): "not yours: \(column)"
        case .immutable: "immutable"
        case .key: "key"
        case .check(let what): "check: \(what)"
        case .overflow(let column): "overflow: \(column)"
        case .clock: "clock"
        case .dependant: "dependant"
        case .effect: "effect"
        case .unreadable(let what): "unreadable: \(what)"
        case .lostWrite(let why): "lost with the hub's disk: \(why)"
        case .foreignOffer: "offered as the hub's: not its seal"
        }
    }
}

/// What the hub refused: `linli_quarantine`, and `linli_shortfall` for spends that may still be paid.
final class QuarantineTable {
    private let sql: SQL
    private let insert: Statement
    private let settle: Statement
    /// Shortfalls that are not paid.
    private(set) var shortfalls = 0

    init(_ sql: SQL) throws(ReplicaError) {
        self.sql = sql
        insert = try sql.statement(
            """
            INSERT INTO linli_quarantine (store, "table", "key", reason, change, refused_at, rests_on)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id
            """
        )
        settle = try sql.statement(
            "UPDATE linli_quarantine SET settled_at = ?2, settled_by = ?3, settled_how = ?4 WHERE id = ?1"
        )
        try recount()
    }

    /// Writes were taken back.
    func recount() throws(ReplicaError) {
        shortfalls = Int(try sql.statement("SELECT count(*) FROM linli_shortfall").firstInteger() ?? 0)
    }

    /// - Parameters:
    ///   - table: nil, as `key`, for a whole changeset.
    ///   - change: as `ChangeJSON.change` makes it.
    ///   - line: on which it rests, when it is a dependant or an effect.
    /// - Returns: the line's number.
    func add(
        store: NodeName,
        table: String?,
        key: [Value],
        reason: QuarantineReason,
        change: Value,
        restingOn line: Int64? = nil,
        at now: Int64
    ) throws(ReplicaError) -> Int64 {
        insert.bind(1, store.text).bind(2, table.map { .text($0) } ?? .null)
        insert.bind(3, table == nil ? .null : ChangeJSON.array(key)).bind(4, reason.text).bind(5, change).bind(6, now)
        insert.bind(7, Value(line))
        guard let line = try insert.firstInteger() else { throw .damaged(what: "linli_quarantine") }
        return line
    }

    func settle(_ line: Int64, _ how: Settled, by author: String, at now: Int64) throws(ReplicaError) {
        try settle.bind(1, line).bind(2, now).bind(3, author).bind(4, how.rawValue).run()
    }

    // MARK: Shortfalls

    /// Nothing is owed for the line any more.
    func forgive(_ line: Int64) throws(ReplicaError) {
        guard shortfalls > 0 else { return }
        try sql.statement("DELETE FROM linli_shortfall WHERE quarantine = ?1").bind(1, line).run()
        try recount()
    }

    /// The line is a spend that found no rights for so many units.
    func owe(_ units: Int64, line: Int64, row: RowKey, cell: Int) throws(ReplicaError) {
        try sql.statement("INSERT INTO linli_shortfall (quarantine, tbl, key, cell, units) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(1, line).bind(2, row.table).bind(3, .blob(row.key.bytes)).bind(4, cell).bind(5, units).run()
        shortfalls += 1
    }

    /// Unpaid shortfalls of one column of one row, the oldest first.
    func owed(_ row: RowKey, cell: Int) throws(ReplicaError) -> [(line: Int64, units: Int64)] {
        let rows = try sql.statement(
            "SELECT quarantine, units FROM linli_shortfall WHERE tbl = ?1 AND key = ?2 AND cell = ?3 ORDER BY quarantine"
        )
        rows.bind(1, row.table).bind(2, .blob(row.key.bytes)).bind(3, cell)
        var found: [(line: Int64, units: Int64)] = []
        while try rows.step() { found.append((rows.integer(0), rows.integer(1))) }
        return found
    }

    /// Whose change a line holds.
    func store(of line: Int64) throws(ReplicaError) -> NodeName? {
        try sql.statement("SELECT store FROM linli_quarantine WHERE id = ?1").bind(1, line).firstBytes()
            .flatMap { NodeName(String(decoding: $0, as: UTF8.self)) }
    }

    /// Units were found for a shortfall; with the last of them its line is settled.
    func pay(_ units: Int64, of owed: (line: Int64, units: Int64), at now: Int64) throws(ReplicaError) {
        if units < owed.units {
            try sql.statement("UPDATE linli_shortfall SET units = units - ?2 WHERE quarantine = ?1")
                .bind(1, owed.line).bind(2, units).run()
            return
        }
        try sql.statement("DELETE FROM linli_shortfall WHERE quarantine = ?1").bind(1, owed.line).run()
        shortfalls -= 1
        try settle(owed.line, .paid, by: NodeName.hub.text, at: now)
    }

    // MARK: Unreadable changesets

    /// Keeps one part of a body that cannot be read, for whoever can.
    func keep(_ bytes: [UInt8], part: Int, of number: ChangesetNumber, site: HubSite) throws(ReplicaError) {
        try sql.statement("INSERT OR REPLACE INTO linli_unreadable (site, number, part, bytes) VALUES (?1, ?2, ?3, ?4)")
            .bind(1, site.id).bind(2, number.number).bind(3, part).bind(4, .blob(bytes)).run()
    }
}
