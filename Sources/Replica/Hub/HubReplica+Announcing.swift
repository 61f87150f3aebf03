import Synchronization

/// Telling whoever listens what was committed, from whatever thread committed it.
final class Announcer: Sendable {
    private let listener = Mutex<(@Sendable (MergeReport) -> Void)?>(nil)

    func listen(_ body: @escaping @Sendable (MergeReport) -> Void) { listener.withLock { $0 = body } }

    func announce(_ report: MergeReport) {
        guard !report.news.isEmpty else { return }
        listener.withLock { $0 }?(report)
    }
}

extension HubReplica {
    /// Calls `body` after each commit that moved a scope, before the next one begins. It must not call back.
    public func announceNews(to body: @escaping @Sendable (MergeReport) -> Void) { announcer.listen(body) }

    /// The schema version in force.
    public var schemaVersion: Int { published.withLock { $0.schemaVersion } }

    /// The hub's mark of a version, by which it knows it again; empty where the file has no key.
    public func seal(schema version: Int, _ document: [UInt8]) -> [UInt8] {
        feedSeal?.seal(SealedSchema(version: version, document: document)) ?? []
    }

    /// The document of the version that follows `version`: a store takes them over one by one, because the numbers of
    /// tables and columns come from all of them, in order.
    public func schema(after version: Int) throws(ReplicaError) -> (version: Int, document: String) {
        try writer.read { sql in
            let row = try sql.statement(
                "SELECT version, document FROM linli_schema WHERE version > ?1 ORDER BY version LIMIT 1"
            ).bind(1, version)
            defer { row.reset() }
            guard try row.step() else { throw ReplicaError.damagedSetting(name: "schema_version") }
            return (Int(row.integer(0)), row.string(1))
        }
    }
}
