public import ChangeLog
import Crypto
import NetworkSchema

/// A digest of each table's rows in one store's scope: equal at the store and at the hub when they agree.
///
/// It holds nothing that differs between nodes in agreement: no `linli_*` table, no generated column, no clock. The
/// digest of a table is SHA-256 over its rows in the order of their keys, each row its columns in document order, each
/// value
///
///     0                          NULL
///     1, 8 bytes, the most first an integer
///     2, 8 bytes of length, text 3, 8 bytes of length, blob
public struct ReplicaDigest: Hashable, Sendable {
    public struct Table: Hashable, Sendable {
        public var name: String
        public var rows: Int
        /// 64 hexadecimal digits.
        public var digest: String
    }

    /// A store's name, or `hub` for everything that the hub has.
    public var scope: String
    public var schemaName: String
    public var schemaVersion: Int
    /// In order of their names.
    public var tables: [Table]

    /// What stands in this replica: at a store, its scope.
    public static func ofEverything(_ sql: SQL, plan: SchemaPlan, scope: NodeName) throws(ReplicaError) -> Self {
        try Self(sql, plan: plan, scope: scope.text) { _ in nil }
    }

    /// What a store receives, at the hub. The rows are found by their values, not by the feed.
    public static func ofScope(
        _ sql: SQL,
        plan: SchemaPlan,
        store: NodeName,
        region: String
    ) throws(ReplicaError) -> Self {
        let scope = ScopeCondition(
            plan: plan,
            store: SQLName.literal(store.text),
            isOfRegion: { region.isEmpty ? "0" : "\($0) IS \(SQLName.literal(region))" },
            isOrphanInScope: { table, row in
                // A child whose parent is absent stays in its writer's scope, which only the feed knows.
                let key = table.key.enumerated().map { "o.k\($0) = \(row).\($1)" }.joined(separator: " AND ")
                return "EXISTS (SELECT 1 FROM \(table.internalTable("row")) o JOIN linli_scope s ON s.id = o.scope "
                    + "WHERE \(key) AND s.name = \(SQLName.literal("store:\(store.text)")))"
            }
        )
        return try Self(sql, plan: plan, scope: store.text) { table in
            switch scope.answer(table, row: "t") {
            case .always: nil
            case .never, .unknown: "0"
            case .when(let condition): condition
            }
        }
    }

    /// One digest for all tables: 64 hexadecimal digits.
    public var total: String {
        var hash = SHA256()
        for table in tables { hash.update(data: Array("\(table.name) \(table.rows) \(table.digest)\n".utf8)) }
        return Self.hexadecimal(hash.finalize())
    }

    /// One line; tables in order of their names.
    public var json: String {
        let tables = tables.map { "\"\($0.name)\":{\"rows\":\($0.rows),\"digest\":\"\($0.digest)\"}" }
        return "{\"scope\":\"\(scope)\",\"schema\":{\"name\":\"\(schemaName)\",\"version\":\(schemaVersion)},"
            + "\"tables\":{\(tables.joined(separator: ","))},\"digest\":\"\(total)\"}"
    }

    private init(
        _ sql: SQL,
        plan: SchemaPlan,
        scope: String,
        condition: (TablePlan) -> String?
    ) throws(ReplicaError) {
        self.scope = scope
        schemaName = plan.schema.name
        schemaVersion = plan.schema.version
        tables = []
        let ordered = plan.tables.sorted { $0.table.name.utf8.lexicographicallyPrecedes($1.table.name.utf8) }
        for table in ordered { tables.append(try Self.digest(sql, table, condition(table))) }
    }

    private static func digest(_ sql: SQL, _ table: TablePlan, _ condition: String?) throws(ReplicaError) -> Table {
        let columns = table.table.columns.filter { $0.generated == nil }.map { "t.\(SQLName.quoted($0.name))" }
        let key = table.key.map { "t.\($0)" }.joined(separator: ", ")
        let statement = try sql.statement(
            "SELECT \(columns.joined(separator: ", ")) FROM \(table.name) t"
                + (condition.map { " WHERE \($0)" } ?? "") + " ORDER BY \(key)"
        )
        defer { statement.reset() }
        var hash = SHA256()
        var bytes: [UInt8] = []
        var rows = 0
        while try statement.step() {
            for column in columns.indices { append(statement.value(column), to: &bytes) }
            rows += 1
            if bytes.count >= 64 * 1024 {
                hash.update(data: bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        hash.update(data: bytes)
        return Table(name: table.table.name, rows: rows, digest: hexadecimal(hash.finalize()))
    }

    private static func append(_ value: Value, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0)
        case .integer(let number):
            bytes.append(1)
            append(UInt64(bitPattern: number), to: &bytes)
        case .text(let text):
            bytes.append(2)
            append(UInt64(text.count), to: &bytes)
            bytes += text
        case .blob(let blob):
            bytes.append(3)
            append(UInt64(blob.count), to: &bytes)
            bytes += blob
        }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
