public import ChangeLog
import NetworkSchema

/// What `linli status` says of a store's replica.
public struct StoreFigures: Hashable, Sendable {
    public var store: NodeName
    public var site: SiteID
    public var schemaName: String
    public var schemaVersion: Int
    /// Changesets not acknowledged; captured writes that are not sealed count as one more.
    public var outbox: Int
    public var acknowledged: ChangesetNumber
    public var sealed: ChangesetNumber
    public var cursor: Cursor
    /// The last changeset that the state at the cursor includes.
    public var included: ChangesetNumber
    /// Lines that nobody has settled.
    public var conflicts: Int
    public var quarantine: Int
    /// Rows of each view whose name begins with `exception_`, in the schema's order.
    public var exceptions: [Exceptions]

    public struct Exceptions: Hashable, Sendable {
        public var view: String
        public var rows: Int
    }
}

extension StoreReplica {
    public func figures() throws(ReplicaError) -> StoreFigures {
        try settle()
        return try client.read { sql in
            try Self.figures(
                sql,
                store: name,
                site: site,
                plan: plan,
                sealedThrough: state.sealedThrough,
                sealed: state.last,
                acknowledged: state.acknowledged,
                base: state.base
            )
        }
    }

    /// The figures of a store whose daemon may or may not be running: both files are only read.
    public static func figures(
        directory: String,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> StoreFigures {
        let (path, logPath) = (replicaPath(directory), logPath(directory))
        guard files.exists(path) else { throw DirectoryAccess.absence(of: directory) }
        guard files.exists(logPath) else { throw .notOfOneTime(file: logPath) }
        let log = try Connection(path: logPath, pragmas: ["PRAGMA query_only = ON"])
        let reader = try Connection(path: path, pragmas: ReplicaPragmas.reader)
        return try reader.read { sql in
            try ReplicaSchema.checkFormat(sql, file: path)
            guard case .store(let name, _) = try Settings(sql).role() else {
                throw ReplicaError.wrongRole(file: path, is: "hub", wanted: "store")
            }
            let site = try Settings(sql).site()
            let applied = try AppliedTable(sql).read()
            let (record, last) = try log.read { sql in
                (try LogTable(sql).read(), try ChangesetTable(sql, site: site).last().number)
            }
            guard let record else { throw ReplicaError.notOfOneTime(file: logPath) }
            let light = record.over == applied.times ? record.light : nil
            return try figures(
                sql,
                store: name,
                site: site,
                plan: SchemaPlan.stored(sql),
                sealedThrough: max(record.sealedThrough, Settings(sql).integer(.captured)),
                sealed: max(last, applied.sealed),
                acknowledged: record.acknowledged,
                base: light ?? CommittedBase(Settings(sql))
            )
        }
    }

    private static func figures(
        _ sql: SQL,
        store: NodeName,
        site: SiteID,
        plan: SchemaPlan,
        sealedThrough: Int64,
        sealed: ChangesetNumber,
        acknowledged: ChangesetNumber,
        base: CommittedBase
    ) throws(ReplicaError) -> StoreFigures {
        let isUnsealed = try StoreCaptures(sql).hasAny(after: sealedThrough)
        let exceptions = try ExceptionViews.count(sql, plan: plan)
        return StoreFigures(
            store: store,
            site: site,
            schemaName: plan.schema.name,
            schemaVersion: plan.schema.version,
            outbox: Int(sealed.number - acknowledged.number) + (isUnsealed ? 1 : 0),
            acknowledged: acknowledged,
            sealed: sealed,
            cursor: base.cursor,
            included: base.included,
            conflicts: try count("linli_conflict WHERE settled_at IS NULL", sql),
            quarantine: try count("linli_quarantine WHERE settled_at IS NULL", sql),
            exceptions: exceptions.map { StoreFigures.Exceptions(view: $0.view, rows: $0.rows) }
        )
    }

    private static func count(_ rows: String, _ sql: SQL) throws(ReplicaError) -> Int {
        Int(try sql.statement("SELECT count(*) FROM \(rows)").firstInteger() ?? 0)
    }
}
