public import NetworkSchema

/// What the node asks of a hub's replica beside merging and reading.
extension HubReplica {
    /// Applications at the hub wrote something that is not sealed. Found out without the write lock.
    public func hasUnsealed() throws(ReplicaError) -> Bool {
        try writer.use { sql in
            let statement = try sql.statement(
                """
                SELECT coalesce((SELECT max(seq) FROM linli_capture), 0) >
                  coalesce((SELECT value FROM linli_setting WHERE name = 'captured'), 0)
                """
            )
            defer { statement.reset() }
            return try statement.step() && statement.integer(0) != 0
        }
    }

    /// The schema version in a hub's file, before it is opened. What stood in an earlier version keeps its number.
    public static func storedSchema(directory: String) throws(ReplicaError) -> NetworkSchema {
        let path = StoreReplica.replicaPath(directory)
        let connection = try Connection(path: path, pragmas: ReplicaPragmas.reader)
        let schema = try connection.read { sql in try SchemaPlan.stored(sql).schema }
        try connection.close()
        return schema
    }
}
