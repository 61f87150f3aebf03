import ChangeLog
import NetworkSchema

/// Who may spend how much of the escrow columns, as this node knows it; with a daemon or without.
public enum RightsReport {
    /// What one node holds of one column: of all rows together, or of one.
    public struct Row: Hashable, Sendable, Encodable {
        public var table: String
        public var column: String
        /// A JSON array; nil for all rows together.
        public var key: String?
        /// `hub`, a store's name, or `STORE#SITE` for a site that speaks for its store no more.
        public var node: String
        /// Of the table, in which the node holds any.
        public var rows: Int64
        public var units: Int64
        /// Nobody can spend them: the site is fenced.
        public var isStranded: Bool { node.utf8.contains(UInt8(ascii: "#")) }

        private enum CodingKeys: String, CodingKey { case table, column, key, node, rows, units, stranded }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(table, forKey: .table)
            try fields.encode(column, forKey: .column)
            if let key { try fields.encode(key, forKey: .key) }
            try fields.encode(node, forKey: .node)
            try fields.encode(rows, forKey: .rows)
            try fields.encode(units, forKey: .units)
            try fields.encode(isStranded, forKey: .stranded)
        }
    }

    /// Holdings above nothing, by table, column, key and node.
    ///
    /// - Throws: `ReplicaError.notANode`, `.newer`, or what SQLite says.
    public static func read(
        directory: String,
        byRow: Bool,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> [Row] {
        try ReplicaReading.of(directory, files: files) { sql in
            let key = byRow ? "\"key\"" : "NULL"
            let row = try sql.statement(
                """
                SELECT "table", "column", \(key), node, count(*), sum(units) FROM linli_rights WHERE units > 0
                GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
                """
            )
            var rows: [Row] = []
            while try row.step() {
                rows.append(
                    Row(
                        table: row.string(0),
                        column: row.string(1),
                        key: row.isNull(2) ? nil : row.string(2),
                        node: row.string(3),
                        rows: row.integer(4),
                        units: row.integer(5)
                    )
                )
            }
            return rows
        }
    }
}
