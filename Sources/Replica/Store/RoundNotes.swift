import ChangeLog

/// Lines of `linli_conflict` and `linli_quarantine` that the hub sends to the site whom they concern.
enum RoundNotes {
    private static let conflict = [
        "\"table\"", "\"key\"", "\"column\"", "kept", "kept_by", "lost", "lost_by", "lost_at", "noticed_at",
        "settled_at", "settled_by", "settled_how",
    ]
    private static let quarantine = [
        "store", "\"table\"", "\"key\"", "reason", "change", "refused_at", "settled_at", "settled_by", "settled_how",
        "rests_on",
    ]

    static let definition = """
        CREATE TABLE temp.linli_round_note(kind INTEGER NOT NULL, id INTEGER NOT NULL,
          \(conflict.indices.map { "f\($0) ANY" }.joined(separator: ", ")), PRIMARY KEY (kind, id)
        ) STRICT, WITHOUT ROWID;
        """

    static func drop(_ sql: SQL) throws(ReplicaError) { try sql.execute("DROP TABLE IF EXISTS temp.linli_round_note") }

    static func clear(_ sql: SQL) throws(ReplicaError) { try sql.statement("DELETE FROM temp.linli_round_note").run() }

    static func hasAny(_ sql: SQL) throws(ReplicaError) -> Bool {
        try sql.statement("SELECT 1 FROM temp.linli_round_note LIMIT 1").firstInteger() != nil
    }

    private static let settlement = ["settled_at", "settled_by", "settled_how"]

    /// Whether the fields are those of its table: texts, times, and numbers of lines. An older hub tells
    /// nothing after `settled_at`, a later one may tell more.
    static func isWellFormed(_ note: Note) -> Bool {
        let columns: [String]
        switch note.kind {
        case .conflict: columns = conflict
        case .quarantine: columns = quarantine
        case .schema, .ownDelta: return false
        }
        guard note.fields.count >= columns.firstIndex(of: "settled_by") ?? columns.count else { return false }
        return zip(columns, note.fields).allSatisfy { column, field in
            switch field {
            case .null: true
            case .integer: isNumber(column)
            case .text: !isNumber(column)
            case .blob: false
            }
        }
    }

    private static func isNumber(_ column: String) -> Bool { column.hasSuffix("_at") || column == "rests_on" }

    /// Takes a well-formed note; a later one of the same line takes its place.
    static func take(_ note: Note, _ sql: SQL) throws(ReplicaError) {
        let columns = (0..<conflict.count).map { ", f\($0)" }.joined()
        let parameters = (0..<conflict.count).map { ", ?\($0 + 3)" }.joined()
        let statement = try sql.statement(
            "INSERT OR REPLACE INTO temp.linli_round_note(kind, id\(columns)) VALUES (?1, ?2\(parameters))"
        ).bind(1, Int64(note.kind.rawValue)).bind(2, note.id)
        for place in conflict.indices {
            statement.bind(3 + place, place < note.fields.count ? note.fields[place] : .null)
        }
        try statement.run()
    }

    /// Under the lock. What was settled here stays settled.
    static func move(_ sql: SQL) throws(ReplicaError) {
        try move(into: "linli_conflict", columns: conflict, kind: .conflict, sql)
        try move(into: "linli_quarantine", columns: quarantine, kind: .quarantine, sql)
    }

    private static func move(into table: String, columns: [String], kind: Note.Kind, _ sql: SQL) throws(ReplicaError) {
        let fields = columns.indices.map { "f\($0)" }.joined(separator: ", ")
        let update = columns.map {
            settlement.contains($0) ? "\($0) = coalesce(\($0), excluded.\($0))" : "\($0) = excluded.\($0)"
        }
        try sql.statement(
            """
            INSERT INTO main.\(table)(id, \(columns.joined(separator: ", ")))
            SELECT id, \(fields) FROM temp.linli_round_note WHERE kind = \(kind.rawValue)
            ON CONFLICT(id) DO UPDATE SET \(update.joined(separator: ", "))
            """
        ).run()
    }
}
