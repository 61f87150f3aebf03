public import ChangeLog

/// What came down last, as it came: `received` in changes.db. A hub that is restored from a backup has lost what it
/// wrote itself after that, and its stores have it.
///
/// Law: a chunk is kept with the epoch in which it came and the hub's seal, and given back as it is; one without a seal
/// the hub would not take, and is not kept. The newest bytes stay, up to `StoreLimits.receivedBytesMax`, and for as long
/// as changesets are kept: what is erased everywhere must not stand here for good. When a complete round is committed,
/// what came in earlier epochs goes: it was offered, and the hub has answered. Versions of the schema stay: they are few,
/// and without them nothing else that was written under them is of use.
struct ReceivedChunks {
    /// Files of an earlier version get it when they are opened.
    static let definition = """
        CREATE TABLE IF NOT EXISTS received(id INTEGER PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL,
          up_to INTEGER NOT NULL, at INTEGER NOT NULL, seal BLOB NOT NULL, bytes BLOB NOT NULL) STRICT
        """

    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    /// - Parameter wallMilliseconds: when they came, by this machine's clock.
    func append(_ chunks: [StoreFeed.Chunk], wallMilliseconds: Int64) throws(ReplicaError) {
        let kept = chunks.filter { !$0.seal.isEmpty && !$0.bytes.isEmpty }
        guard !kept.isEmpty else { return }
        let epoch = try LogTable(sql).sessionEpoch()
        for chunk in kept {
            try sql.statement("INSERT INTO received(epoch, up_to, at, seal, bytes) VALUES (?1, ?2, ?3, ?4, ?5)")
                .bind(1, Int64(bitPattern: epoch.raw)).bind(2, chunk.upTo.number).bind(3, wallMilliseconds)
                .bind(4, .blob(chunk.seal)).bind(5, .blob(chunk.bytes)).run()
            try trim()
        }
    }

    /// A version of the schema: of no epoch, and above every position.
    func append(_ schema: SealedSchema, seal: [UInt8], wallMilliseconds: Int64) throws(ReplicaError) {
        guard !seal.isEmpty else { return }
        let bytes = schema.chunk
        let known = try sql.statement("SELECT count(*) FROM received WHERE epoch = 0 AND bytes = ?1")
            .bind(1, .blob(bytes)).firstInteger()
        guard known == 0 else { return }
        try sql.statement("INSERT INTO received(epoch, up_to, at, seal, bytes) VALUES (0, ?1, ?2, ?3, ?4)")
            .bind(1, Int64.max).bind(2, wallMilliseconds).bind(3, .blob(seal)).bind(4, .blob(bytes)).run()
    }

    func drop(before wallMilliseconds: Int64) throws(ReplicaError) {
        try sql.statement("DELETE FROM received WHERE at < ?1 AND epoch <> 0").bind(1, wallMilliseconds).run()
    }

    /// A complete round is committed.
    func dropEarlierEpochs() throws(ReplicaError) {
        try sql.statement("DELETE FROM received WHERE epoch NOT IN (0, (SELECT session_epoch FROM log))").run()
    }

    /// The first chunk after the one with this id that reaches above the position.
    func next(after id: Int64, above position: Position) throws(ReplicaError) -> ReceivedChunk? {
        let row = try sql.statement(
            "SELECT id, epoch, seal, bytes FROM received WHERE id > ?1 AND up_to > ?2 ORDER BY id LIMIT 1"
        ).bind(1, id).bind(2, position.number)
        defer { row.reset() }
        guard try row.step() else { return nil }
        return ReceivedChunk(
            id: row.integer(0),
            epoch: Epoch(UInt64(bitPattern: row.integer(1))),
            bytes: row.bytes(3),
            seal: row.bytes(2)
        )
    }

    /// Now and then, because it looks at all that is kept. A blob's length stands in its row's header: the bytes are not
    /// read.
    private func trim() throws(ReplicaError) {
        guard let last = try sql.statement("SELECT max(id) FROM received").firstInteger(),
            last % Int64(StoreLimits.receivedChunksBetweenTrims) == 0
        else { return }
        try sql.statement("DELETE FROM received WHERE id <= ?1 AND epoch <> 0")
            .bind(1, last - Int64(StoreLimits.receivedChunksMax)).run()
        try sql.statement(
            """
            DELETE FROM received WHERE epoch <> 0 AND id <= (
              SELECT id FROM (
                SELECT id, sum(length(bytes)) OVER (ORDER BY id DESC) AS newer FROM received ORDER BY id DESC
              ) WHERE newer > ?1 LIMIT 1
            )
            """
        ).bind(1, Int64(StoreLimits.receivedBytesMax)).run()
    }
}

/// A chunk as it came down, in the history of that epoch.
public struct ReceivedChunk: Hashable, Sendable {
    /// Grows with each chunk.
    public var id: Int64
    public var epoch: Epoch
    public var bytes: [UInt8]
    public var seal: [UInt8]
}

extension StoreReplica {
    /// Keeps a version of the schema as it came, before it is taken over. Without the hub's seal it is not kept.
    public func keepSchema(
        _ version: Int,
        _ document: [UInt8],
        seal: [UInt8],
        wallMilliseconds: Int64
    ) throws(ReplicaError) {
        let schema = SealedSchema(version: version, document: document)
        try guarded { () throws(ReplicaError) in
            try log.write { sql in
                try ReceivedChunks(sql).append(schema, seal: seal, wallMilliseconds: wallMilliseconds)
            }
        }
    }

    /// What came down and is kept, chunk by chunk, as far as it reaches above a position; nil at the end.
    public func received(after id: Int64, above position: Position) throws(ReplicaError) -> ReceivedChunk? {
        try guarded { () throws(ReplicaError) in
            try log.read { sql in try ReceivedChunks(sql).next(after: id, above: position) }
        }
    }
}
