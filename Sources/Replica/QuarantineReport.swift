/// What `linli_quarantine` holds, for whoever looks; with a daemon or without.
public enum QuarantineReport {
    /// One refused change.
    public struct Row: Hashable, Sendable, Encodable {
        /// The hub's number of the line, the same at both ends.
        public var id: Int64
        public var store: String
        /// nil, as the key, for a whole changeset that could not be read.
        public var table: String?
        /// A JSON array.
        public var key: String?
        public var reason: String
        /// JSON: `{"op","columns","site","number"}`.
        public var change: String
        /// Milliseconds since 1970 UTC, by the hub's clock.
        public var refusedAt: Int64
        public var settledAt: Int64?
        public var settledBy: String?
        /// As `Settled` says it.
        public var settledHow: String?
        /// The line on which this one rests: a dependant's, or an effect's cause.
        public var restsOn: Int64?

        private enum CodingKeys: String, CodingKey {
            case id, store, table, key, reason, change
            case refusedAt = "refused_at"
            case settledAt = "settled_at"
            case settledBy = "settled_by"
            case settledHow = "settled_how"
            case restsOn = "rests_on"
        }

        /// The columns' names; NULL is `null`, never absent.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(id, forKey: .id)
            try fields.encode(store, forKey: .store)
            try fields.encode(table, forKey: .table)
            try fields.encode(key, forKey: .key)
            try fields.encode(reason, forKey: .reason)
            try fields.encode(change, forKey: .change)
            try fields.encode(refusedAt, forKey: .refusedAt)
            try fields.encode(settledAt, forKey: .settledAt)
            try fields.encode(settledBy, forKey: .settledBy)
            try fields.encode(settledHow, forKey: .settledHow)
            try fields.encode(restsOn, forKey: .restsOn)
        }
    }

    /// In the order in which they were refused.
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
                SELECT id, store, "table", "key", reason, change, refused_at, settled_at, settled_by, settled_how,
                  rests_on
                FROM linli_quarantine WHERE ?1 OR settled_at IS NULL ORDER BY id
                """
            ).bind(1, withSettled ? 1 : 0)
            defer { statement.reset() }
            var rows: [Row] = []
            while try statement.step() { rows.append(Row(statement)) }
            return rows
        }
    }
}

extension QuarantineReport.Row {
    fileprivate init(_ row: Statement) {
        func text(_ column: Int) -> String? { row.isNull(column) ? nil : row.string(column) }
        self.init(
            id: row.integer(0),
            store: row.string(1),
            table: text(2),
            key: text(3),
            reason: row.string(4),
            change: row.string(5),
            refusedAt: row.integer(6),
            settledAt: row.integerIfAny(7),
            settledBy: text(8),
            settledHow: text(9),
            restsOn: row.integerIfAny(10)
        )
    }
}
