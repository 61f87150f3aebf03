public import ChangeLog

/// `linli digest`: the digests of a node's rows, read without writing, with or without its daemon.
extension ReplicaDigest {
    /// - Parameter scope: at the hub, a store whose rows count; nil for all. A store has only its own.
    /// - Throws: `ReplicaError.notANode`, `.wrongRole` for a scope that is not the store's own, `.stranger`.
    public static func read(
        directory: String,
        scope: NodeName?,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> ReplicaDigest {
        let facts = try NodeFacts.read(directory: directory, files: files)
        let connection = try Connection(
            path: StoreReplica.replicaPath(directory),
            pragmas: ReplicaPragmas.reader
        )
        let digest = try connection.read { sql in
            let plan = try SchemaPlan.stored(sql)
            switch facts.role {
            case .store(let name, _):
                guard scope == nil || scope == name else {
                    throw ReplicaError.stranger(store: scope?.text ?? "", node: name.text)
                }
                return try ofEverything(sql, plan: plan, scope: name)
            case .hub:
                guard let scope else { return try ofEverything(sql, plan: plan, scope: .hub) }
                return try ofScope(sql, plan: plan, store: scope, region: region(of: scope, sql))
            }
        }
        try connection.close()
        return digest
    }

    private static func region(of store: NodeName, _ sql: SQL) throws(ReplicaError) -> String {
        let row = try sql.statement("SELECT region FROM linli_store WHERE store = ?1").bind(1, store.text)
        defer { row.clear() }
        guard try row.step() else { throw .stranger(store: store.text, node: "hub") }
        return row.string(0)
    }
}
