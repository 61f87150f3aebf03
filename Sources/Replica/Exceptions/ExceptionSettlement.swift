import ChangeLog
import GRDBSQLite
import NetworkSchema

/// Settling a case of an `exception_` view: a row in the schema's table `settlement`, written as any application would
/// write it, so that it is checked, captured and replicated like any other row. The views leave out what a settlement
/// names with the `since` that it has.
///
///     settlement(exception, subject, since, store_id, settled_by, settled_at; other_store and note if it has them)
public enum ExceptionSettlement {
    public enum Outcome: Hashable, Sendable {
        case settled
        /// The schema has no such view; those that it has.
        case unknown([String])
        /// The view has no such case (any more).
        case absent
        /// The schema keeps no settlements.
        case untraced
        /// This node may not settle it: what the table's trigger said.
        case refused(String)
    }

    private static let table = "settlement"
    private static let needed: Set = ["exception", "subject", "since", "settled_by", "settled_at"]

    /// - Parameter exception: with or without `exception_`.
    /// - Throws: `ReplicaError.notANode`, `.newer`, or what SQLite says.
    public static func settle(
        directory: String,
        exception: String,
        subject: String,
        note: String?,
        by author: String,
        nowMilliseconds: Int64,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> Outcome {
        let path = StoreReplica.replicaPath(directory)
        guard files.exists(path) else { throw DirectoryAccess.absence(of: directory) }
        let connection = try Connection(path: path, pragmas: ReplicaPragmas.hubWriter)
        let outcome: Outcome
        do {
            outcome = try connection.write { sql in
                try ReplicaSchema.checkFormat(sql, file: path)
                let plan = try SchemaPlan.stored(sql)
                let view = exception.hasPrefix(SchemaPlan.exceptionPrefix) ? exception : "exception_\(exception)"
                guard plan.exceptionViews.contains(view) else {
                    return .unknown(plan.exceptionViews.map { String($0.dropFirst(SchemaPlan.exceptionPrefix.count)) })
                }
                guard let columns = plan.table(named: table)?.table.columns.map(\.name), needed.isSubset(of: columns)
                else { return .untraced }
                guard let found = try ExceptionReport.rows(of: view, sql).first(where: { $0.subject == subject }) else {
                    return .absent
                }
                let given: [(name: String, value: Value)] = [
                    ("exception", .text(Array(found.exception.utf8))), ("subject", .text(Array(subject.utf8))),
                    ("since", .integer(found.since ?? 0)),
                    ("store_id", found.store.map { .text(Array($0.utf8)) } ?? .null),
                    ("note", note.map { .text(Array($0.utf8)) } ?? .null),
                    ("settled_by", .text(Array(author.utf8))), ("settled_at", .integer(nowMilliseconds)),
                ].filter { columns.contains($0.0) }
                let names = given.map { SQLName.quoted($0.name) }.joined(separator: ", ")
                let parameters = given.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
                let insert = try sql.statement("INSERT INTO \(table)(\(names)) VALUES (\(parameters))")
                for (place, one) in given.enumerated() { insert.bind(place + 1, one.value) }
                try insert.run()
                return .settled
            }
        } catch {
            try connection.close()
            guard case .sqlite(_, let message, _) = error, error.primaryCode == SQLITE_CONSTRAINT else { throw error }
            return .refused(message)
        }
        try connection.close()
        return outcome
    }
}
