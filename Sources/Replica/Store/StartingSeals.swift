import ChangeLog

/// The numbers of changesets that were sealed when a daemon started: `starting(number)` in changes.db. What they hold was
/// captured while no daemon ran; if the replica is a copy, perhaps before it was copied.
///
///     number   of a changeset of the present site that is kept
struct StartingSeals {
    static let definition = "CREATE TABLE IF NOT EXISTS starting(number INTEGER PRIMARY KEY) STRICT"

    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    func note(_ number: ChangesetNumber) throws(ReplicaError) {
        try sql.statement("DELETE FROM starting WHERE number < (SELECT min(number) FROM changeset)").run()
        try sql.statement("INSERT INTO starting(number) VALUES (?1) ON CONFLICT DO NOTHING").bind(1, number.number)
            .run()
    }

    func has(_ number: ChangesetNumber) throws(ReplicaError) -> Bool {
        try sql.statement("SELECT 1 FROM starting WHERE number = ?1").bind(1, number.number).firstInteger() != nil
    }

    func removeAll() throws(ReplicaError) { try sql.statement("DELETE FROM starting").run() }
}
