import ChangeLog
import NetworkSchema

/// A connection that reads the feed, and the statements it reads it with.
final class FeedConnection: Sendable {
    private let connection: Connection
    private let box = Box()

    init(path: String, plan: SchemaPlan) throws(ReplicaError) {
        connection = try Connection(path: path, isReadOnly: true, pragmas: ReplicaPragmas.reader)
        try connection.use { sql in box.reader = try FeedReader(sql, plan: plan) }
    }

    /// Runs `body` in one snapshot without unsealed captures; nil, and nothing was run, when there is something to
    /// seal.
    ///
    /// - Parameter plan: of the schema version that `body` reads under.
    func inSealedSnapshot<Result>(
        _ plan: SchemaPlan,
        _ body: (FeedReader) throws -> Result
    ) throws(ReplicaError) -> Result? {
        try connection.read { sql in
            let reader = try box.reader(of: plan, sql)
            guard try reader.isSealed() else { return nil }
            return try body(reader)
        }
    }

    func close() throws(ReplicaError) {
        try connection.use { _ in box.reader = nil }
        try connection.close()
    }

    /// Only touched inside `connection.use`.
    private final class Box: @unchecked Sendable {
        var reader: FeedReader?

        /// The reader of this schema version, made anew when the version has changed.
        func reader(of plan: SchemaPlan, _ sql: SQL) throws(ReplicaError) -> FeedReader {
            if let reader, reader.plan.schema.version == plan.schema.version { return reader }
            sql.forgetStatements()
            let fresh = try FeedReader(sql, plan: plan)
            reader = fresh
            return fresh
        }
    }
}
