/// What `linli_conflict` holds, for whoever looks; with a daemon or without.
public enum ConflictReport {
    /// One lost value.
    public struct Row: Hashable, Sendable, Encodable {
        public var id: Int64
        public var table: String
        /// A JSON array.
        public var key: String
        /// nil: the whole row.
        public var column: String?
        /// JSON; nil when the row is deleted.
        public var kept: String?
        public var keptBy: String?
        /// JSON.
        public var lost: String?
        public var lostBy: String?
        /// Milliseconds since 1970 UTC, by the loser's clock, as are the two below by the hub's.
        public var lostAt: Int64?
        public var noticedAt: Int64?
        public var settledAt: Int64?
        public var settledBy: String?
        /// As `Settled` says it.
        public var settledHow: String?

        private enum CodingKeys: String, CodingKey {
            case id, table, key, column, kept, lost
            case keptBy = "kept_by"
            case lostBy = "lost_by"
            case lostAt = "lost_at"
            case noticedAt = "noticed_at"
            case settledAt = "settled_at"
            case settledBy = "settled_by"
            case settledHow = "settled_how"
        }

        /// The columns' names; NULL is `null`, never absent.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(id, forKey: .id)
            try fields.encode(table, forKey: .table)
            try fields.encode(key, forKey: .key)
            try fields.encode(column, forKey: .column)
            try fields.encode(kept, forKey: .kept)
            try fields.encode(keptBy, forKey: .keptBy)
            try fields.encode(lost, forKey: .lost)
            try fields.encode(lostBy, forKey: .lostBy)
            try fields.encode(lostAt, forKey: .lostAt)
            try fields.encode(noticedAt, forKey: .noticedAt)
            try fields.encode(settledAt, forKey: .settledAt)
            try fields.encode(settledBy, forKey: .settledBy)
            try fields.encode(settledHow, forKey: .settledHow)
        }
    }

    /// In the order in which they were noticed.
    ///
    /// - Throws: `ReplicaError.notANode`, `.newer`, or what SQLite says.
    public static func read(
        directory: String,
        withSettled: Bool,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> [Row] {
        try ReplicaReading.of(directory, files: files) { sql in
            let statement = try sql.statement(
                """
                SELECT id, "table", "key", "column", kept, kept_by, lost, lost_by, lost_at, noticed_at, settled_at,
                  settled_by, settled_how
                FROM linli_conflict WHERE ?1 OR settled_at IS NULL ORDER BY id
                """
            ).bind(1, withSettled ? 1 : 0)
            defer { statement.reset() }
            var rows: [Row] = []
            while try statement.step() {
                func text(_ column: Int) -> String? { statement.isNull(column) ? nil : statement.string(column) }
                rows.append(
                    Row(
                        id: statement.integer(0),
                        table: statement.string(1),
                        key: statement.string(2),
                        column: text(3),
                        kept: text(4),
                        keptBy: text(5),
                        lost: text(6),
                        lostBy: text(7),
                        lostAt: statement.integerIfAny(8),
                        noticedAt: statement.integerIfAny(9),
                        settledAt: statement.integerIfAny(10),
                        settledBy: text(11),
                        settledHow: text(12)
                    )
                )
            }
            return rows
        }
    }
}
