/// A look at a replica from outside: for reports, whether its daemon runs or not. Nothing is written.
enum ReplicaReading {
    /// Runs `body` in one snapshot of the directory's replica.
    ///
    /// - Throws: `ReplicaError.notANode`, `.newer`, what SQLite says, or what `body` throws.
    static func of<Result>(
        _ directory: String,
        files: any FileSystem,
        _ body: (SQL) throws -> Result
    ) throws(ReplicaError) -> Result {
        let path = StoreReplica.replicaPath(directory)
        guard files.exists(path) else { throw DirectoryAccess.absence(of: directory) }
        let connection = try Connection(path: path, pragmas: ReplicaPragmas.reader)
        let result = try connection.read { sql in
            try ReplicaSchema.checkFormat(sql, file: path)
            return try body(sql)
        }
        try connection.close()
        return result
    }
}
