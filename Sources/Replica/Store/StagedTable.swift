import ChangeLog

/// Chunks of a long round, in changes.db, in order of arrival.
struct StagedTable {
    static let definition = """
        CREATE TABLE staged(arrival INTEGER PRIMARY KEY, scope INTEGER NOT NULL, from_position INTEGER NOT NULL,
          up_to INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT
        """

    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    func append(_ chunk: StoreFeed.Chunk) throws(ReplicaError) {
        try sql.statement("INSERT INTO staged(scope, from_position, up_to, bytes) VALUES (?1, ?2, ?3, ?4)")
            .bind(1, Int64(chunk.scope.rawValue)).bind(2, chunk.from.number).bind(3, chunk.upTo.number)
            .bind(4, .blob(chunk.bytes)).run()
    }

    /// How far each scope is staged.
    func reach() throws(ReplicaError) -> [StoreFeed.Staged] {
        let row = try sql.statement("SELECT scope, max(up_to) FROM staged GROUP BY scope ORDER BY scope")
        defer { row.reset() }
        var reach: [StoreFeed.Staged] = []
        while try row.step() {
            guard let raw = UInt8(exactly: row.integer(0)), let scope = FeedScope(rawValue: raw) else { continue }
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
}
