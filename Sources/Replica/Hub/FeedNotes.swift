import ChangeLog

/// Reads, for the feed, the lines of the public tables that concern a site, and in which further scopes a row stands.
final class FeedNotes {
    private let conflict: Statement
    private let quarantine: Statement
    private let further: Statement
    private let ownDeltas: OwnDeltaTable

    init(_ sql: SQL) throws(ReplicaError) {
        conflict = try sql.statement(
            """
            SELECT "table", "key", "column", kept, kept_by, lost, lost_by, lost_at, noticed_at, settled_at, settled_by,
              settled_how
            FROM linli_conflict WHERE id = ?1
            """
        )
        quarantine = try sql.statement(
            """
            SELECT store, "table", "key", reason, change, refused_at, settled_at, settled_by, settled_how, rests_on
            FROM linli_quarantine WHERE id = ?1
            """
        )
        ownDeltas = OwnDeltaTable(sql: sql)
        further = try sql.statement(
            "SELECT scope FROM linli_feed WHERE tbl = ?1 AND key = ?2 AND kind = \(FeedKind.row.rawValue)"
        )
    }

    /// The line that an entry of `linli_feed` names; nil when it is gone.
    func note(table: Int64, key: KeyBytes) throws -> Note? {
        guard case .integer(let line)? = try key.key().first else { return nil }
        switch NoteTable(rawValue: Int(table)) {
        case .conflict: return try read(conflict, columns: 12, line: line, as: .conflict)
        case .quarantine: return try read(quarantine, columns: 10, line: line, as: .quarantine)
        case .ownDelta: return try ownDeltas.note(line)
        case nil: return nil
        }
    }

    func scopes(of row: FeedRow) throws(ReplicaError) -> [Int64] {
        further.bind(1, row.table).bind(2, .blob(KeyBytes(row.key).bytes))
        var found: [Int64] = []
        while try further.step() { found.append(further.integer(0)) }
        return found
    }

    private func read(
        _ statement: Statement,
        columns: Int,
        line: Int64,
        as kind: Note.Kind
    ) throws(ReplicaError) -> Note? {
        guard try statement.bind(1, line).step() else { return nil }
        defer { statement.reset() }
        return Note(kind: kind, id: line, fields: statement.values(from: 0, count: columns))
    }
}
