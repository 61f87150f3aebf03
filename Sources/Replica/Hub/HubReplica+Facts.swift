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

    /// The document of the schema version in a hub's file, before it is opened.
    public static func storedSchemaDocument(directory: String) throws(ReplicaError) -> String {
        let path = StoreReplica.replicaPath(directory)
        let connection = try Connection(path: path, pragmas: ReplicaPragmas.reader)
        let document = try connection.read { sql in
            let row = try sql.statement("SELECT document FROM linli_schema ORDER BY version DESC LIMIT 1")
            defer { row.reset() }
            return try row.step() ? row.string(0) : nil
        }
        try connection.close()
        guard let document else { throw .damagedSetting(name: "schema_version") }
        return document
    }
}
