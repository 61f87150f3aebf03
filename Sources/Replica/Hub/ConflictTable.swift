import ChangeLog

/// Values that lost a merge against a concurrent one: `linli_conflict`, one row for each lost value.
final class ConflictTable {
    /// One lost value. Column nil: a whole row.
    struct Line {
        var table: String
        var key: [Value]
        var column: String?
        /// JSON; NULL when the row is deleted.
        var kept: Value
        var keptBy: NodeName
        var lost: Value
        var lostBy: NodeName
        /// Milliseconds since 1970 UTC, by the loser's clock.
        var lostAt: Int64
    }

    private let insert: Statement

    init(_ sql: SQL) throws(ReplicaError) {
        insert = try sql.statement(
            """
            INSERT INTO linli_conflict ("table", "key", "column", kept, kept_by, lost, lost_by, lost_at, noticed_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id
            """
        )
    }

    /// - Returns: the line's number.
    func add(_ line: Line, at now: Int64) throws(ReplicaError) -> Int64 {
        insert.bind(1, line.table).bind(2, ChangeJSON.array(line.key)).bind(3, line.column.map { .text($0) } ?? .null)
        insert.bind(4, line.kept).bind(5, line.keptBy.text).bind(6, line.lost).bind(7, line.lostBy.text)
        insert.bind(8, line.lostAt).bind(9, now)
        guard let id = try insert.firstInteger() else { throw .damaged(what: "linli_conflict") }
        return id
    }
}
