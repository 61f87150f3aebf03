public import ChangeLog

/// All that was left of a round, read from one snapshot, on disk until the store has fetched it piece by piece. Memory
/// is one chunk, whatever the backlog.
///
/// Law: pieces come out in the order in which they went in, the checkpoint last. The file is SQLite's own temporary one
/// (no name, gone when it is closed or the process dies), so that nothing is left to clean and nothing needs a sync.
public final class RestSpool: Sendable {
    public enum Piece: Hashable, Sendable {
        case chunk(ReadChunk, schemaVersion: Int)
        case checkpoint(Checkpoint)
    }

    private static let table = """
        CREATE TABLE piece (
          number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, "from" INTEGER NOT NULL, up_to INTEGER NOT NULL,
          rows INTEGER NOT NULL, is_last INTEGER NOT NULL, bytes BLOB NOT NULL, seal BLOB NOT NULL
        )
        """

    private let file: Connection
    private let checkpoint: Checkpoint

    private init(_ file: Connection, ending checkpoint: Checkpoint) {
        self.file = file
        self.checkpoint = checkpoint
    }

    /// Spools what `reading` hands out, and closes with the checkpoint that it returns; nil when it gives up.
    static func read(
        _ reading: ((ReadChunk) throws -> Void) throws -> Reading<Checkpoint>?
    ) throws(ReplicaError) -> Reading<RestSpool>? {
        let file = try Connection(path: "", pragmas: ["PRAGMA journal_mode = OFF", "PRAGMA cache_size = -1024", table])
        let outcome = try file.write { sql in
            let insert = try sql.statement(
                "INSERT INTO piece(scope, \"from\", up_to, rows, is_last, bytes, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            )
            return try reading { chunk in
                insert.bind(1, Int64(chunk.scope.rawValue)).bind(2, chunk.from.number).bind(3, chunk.upTo.number)
                try insert.bind(4, chunk.rows).bind(5, chunk.isLast ? 1 : 0).bind(6, .blob(chunk.bytes))
                    .bind(7, .blob(chunk.seal)).run()
            }
        }
        switch outcome {
        case .read(let checkpoint): return .read(RestSpool(file, ending: checkpoint))
        case .notYet: return .notYet
        case .restart: return .restart
        case nil: return nil
        }
    }

    /// The next piece. After the checkpoint there is nothing to ask for; it is given again.
    public func next() throws(ReplicaError) -> Piece {
        try file.use { sql in
            let first = try sql.statement(
                "SELECT number, scope, \"from\", up_to, rows, is_last, bytes, seal FROM piece ORDER BY number LIMIT 1"
            )
            guard try first.step() else { return .checkpoint(checkpoint) }
            let number = first.integer(0)
            guard let scope = FeedScope(rawValue: UInt8(truncatingIfNeeded: first.integer(1))) else {
                throw ReplicaError.damaged(what: "the spool of a round")
            }
            let chunk = ReadChunk(
                scope: scope,
                from: Position(first.integer(2)),
                upTo: Position(first.integer(3)),
                rows: Int(first.integer(4)),
                bytes: first.bytes(6),
                seal: first.bytes(7),
                isLast: first.integer(5) != 0
            )
            first.reset()
            try sql.statement("DELETE FROM piece WHERE number = ?1").bind(1, number).run()
            return .chunk(chunk, schemaVersion: checkpoint.schemaVersion)
        }
    }
}
