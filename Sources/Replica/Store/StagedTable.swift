import ChangeLog

/// Chunks of a long round, in changes.db, in order of arrival. `over` is the number of the apply that the round began
/// after: chunks of a round that was committed since count no more.
struct StagedTable {
    static let definition = """
        CREATE TABLE staged(arrival INTEGER PRIMARY KEY, over INTEGER NOT NULL, scope INTEGER NOT NULL,
          from_position INTEGER NOT NULL, up_to INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT
        """

    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    func append(_ chunk: StoreFeed.Chunk, over applied: Int64) throws(ReplicaError) {
        try sql.statement(
            "INSERT INTO staged(over, scope, from_position, up_to, bytes) VALUES (?1, ?2, ?3, ?4, ?5)"
        )
        .bind(1, applied).bind(2, Int64(chunk.scope.rawValue)).bind(3, chunk.from.number)
        .bind(4, chunk.upTo.number).bind(5, .blob(chunk.bytes)).run()
    }

    /// How far each scope is staged.
    func reach() throws(ReplicaError) -> [StoreFeed.Staged] {
        let row = try sql.statement("SELECT scope, max(up_to) FROM staged GROUP BY scope ORDER BY scope")
        defer { row.reset() }
        var reach: [StoreFeed.Staged] = []
        while try row.step() {
            guard let raw = UInt8(exactly: row.integer(0)), let scope = StoreFeed.Scope(rawValue: raw) else { continue }
            reach.append(StoreFeed.Staged(scope: scope, upTo: Position(row.integer(1))))
        }
        return reach
    }

    /// The bodies of all chunks, in order of arrival.
    func each(_ body: ([UInt8]) throws -> Void) throws {
        let row = try sql.statement("SELECT bytes FROM staged ORDER BY arrival")
        defer { row.reset() }
        while try row.step() { try body(row.bytes(0)) }
    }

    func removeAll() throws(ReplicaError) { try sql.statement("DELETE FROM staged").run() }

    /// Removes what belongs to a round that began after another apply than this.
    func removeStale(over applied: Int64) throws(ReplicaError) {
        try sql.statement("DELETE FROM staged WHERE over <> ?1").bind(1, applied).run()
    }
}
