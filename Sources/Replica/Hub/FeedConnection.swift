import ChangeLog

/// A connection that reads the feed, and the statements it reads it with.
final class FeedConnection: Sendable {
    private let connection: Connection
    private let box = Box()

    init(path: String, plan: SchemaPlan) throws(ReplicaError) {
        connection = try Connection(path: path, isReadOnly: true, pragmas: ReplicaPragmas.reader)
        try use(plan)
    }

    /// Reads under this schema version from now on.
    func use(_ plan: SchemaPlan) throws(ReplicaError) {
        try connection.use { sql in
            sql.forgetStatements()
            box.reader = try FeedReader(sql, plan: plan)
        }
    }

    /// Runs `body` in one snapshot without unsealed captures; nil, and nothing was run, when there is something to
    /// seal.
    func inSealedSnapshot<Result>(_ body: (FeedReader) throws -> Result) throws(ReplicaError) -> Result? {
        try connection.read { _ in
            guard let reader = box.reader, try reader.isSealed() else { return nil }
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
    }
}
