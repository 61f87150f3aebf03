public import ChangeLog

/// One run of the feed from a cursor to a checkpoint.
public struct Round: Hashable, Sendable {
    /// The committed cursor's position at which it began. An echo of the store's own write may be left out only if
    /// nobody else's change of the row, and no move of it, lies after this.
    public var began: Position
    /// It began at nothing: nothing is left out, and what it does not name is removed.
    public var isComplete: Bool
    /// Something of the scope that is read was sent in this round. Then a chunk of nothing but own writes must be sent
    /// too: it may hold the present state of a row whose older state went out.
    public var hasSent: Bool

    public init(began: Position, isComplete: Bool, hasSent: Bool = true) {
        self.began = began
        self.isComplete = isComplete
        self.hasSent = hasSent
    }
}

/// A chunk as the hub's shell read it from its replica or its cache.
public struct ChunkRead: Hashable, Sendable {
    /// May have no rows: then it says only how far was read.
    public var chunk: Chunk
    /// Nothing of the scope lies after `chunk.upTo` in the snapshot that it was read in.
    public var isLast: Bool
    /// The version that its tables' shapes are of.
    public var schemaVersion: Int

    public init(chunk: Chunk, isLast: Bool, schemaVersion: Int) {
        self.chunk = chunk
        self.isLast = isLast
        self.schemaVersion = schemaVersion
    }
}

/// What came of the attempt to read a checkpoint.
public enum CheckpointRead: Hashable, Sendable {
    /// Every scope was found exhausted in the snapshot of this checkpoint.
    case checkpoint(Checkpoint)
    /// At least these scopes have more to read.
    case moved(FeedScopes)
}

/// One piece of the rest of a round that was read from one snapshot: chunks, then the checkpoint.
public enum RestPiece: Hashable, Sendable {
    case chunk(Chunk, schemaVersion: Int)
    case checkpoint(Checkpoint)
}
