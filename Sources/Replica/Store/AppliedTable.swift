import ChangeLog

/// The one row of linli.db that ties it to changes.db: how many times a round was applied, the last changeset that was
/// sealed by then, and, until changes.db has it, that changeset itself. It is sealed under the lock that applies the
/// round, and so stands or falls with it.
struct AppliedTable {
    static let definition = """
        CREATE TABLE linli_applied(
          one INTEGER PRIMARY KEY CHECK (one = 1), times INTEGER NOT NULL, sealed INTEGER NOT NULL, carried BLOB) STRICT
        """

    struct Record: Hashable {
        /// How many rounds were applied.
        var times: Int64
        var sealed: ChangesetNumber
        /// Changeset `sealed`, when it was sealed by the last apply.
        var carried: SealedChangeset?
    }

    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    func begin() throws(ReplicaError) {
        try sql.statement("INSERT INTO linli_applied(one, times, sealed) VALUES (1, 0, 0)").run()
    }

    func read() throws -> Record {
        let row = try sql.statement("SELECT times, sealed, carried FROM linli_applied")
        defer { row.reset() }
        guard try row.step() else { throw ReplicaError.damagedSetting(name: "linli_applied") }
        let carried = row.isNull(2) ? nil : try SealedChangeset(bytes: row.bytes(2))
        return Record(times: row.integer(0), sealed: ChangesetNumber(row.integer(1)), carried: carried)
    }

    func write(_ record: Record) throws(ReplicaError) {
        let statement = try sql.statement("UPDATE linli_applied SET times = ?1, sealed = ?2, carried = ?3")
            .bind(1, record.times).bind(2, record.sealed.number)
            .bind(3, record.carried.map { .blob($0.bytes) } ?? .null)
        defer { statement.clear() }
        try statement.run()
    }
}
