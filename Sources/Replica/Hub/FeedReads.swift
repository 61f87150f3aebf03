public import ChangeLog

/// A round of one site: it reads its scopes from its cursor to a checkpoint.
public struct FeedRound: Hashable, Sendable {
    public var site: SiteID
    /// The site's cursor when the round began.
    public var began: Position
    /// It began at nothing: joining, or resync.
    public var isComplete: Bool
    /// Something of the scope that is read was sent in this round. Then a chunk of nothing but own writes must be sent
    /// too: it may hold the present state of a row whose older state went out.
    public var hasSent: Bool

    public init(site: SiteID, began: Position, isComplete: Bool, hasSent: Bool = true) {
        self.site = site
        self.began = began
        self.isComplete = isComplete
        self.hasSent = hasSent
    }
}

/// How much one chunk holds: it ends at the first position past either.
public struct ChunkSize: Hashable, Sendable {
    public var bytesTarget: Int
    public var rowsMax: Int

    public init(bytesTarget: Int, rowsMax: Int) {
        self.bytesTarget = bytesTarget
        self.rowsMax = rowsMax
    }
}

/// A run of one scope's feed.
public struct ReadChunk: Hashable, Sendable {
    public var scope: FeedScope
    public var from: Position
    public var upTo: Position
    public var rows: Int
    /// As `ChunkWriter` makes it.
    public var bytes: [UInt8]
    /// `FeedSeal` of the bytes in this epoch; empty for none.
    public var seal: [UInt8] = []
    /// Nothing of the scope lay after it when it was read.
    public var isLast: Bool
}

/// What a reader is told.
public enum Reading<Result> {
    case read(Result)
    /// Not all of the site's scopes are read to their end.
    case notYet
    /// Tombstones that the round needs are gone, or the hub does not know the site: the session ends, and the next
    /// handshake says how to go on.
    case restart
}

extension Reading: Equatable where Result: Equatable {}
extension Reading: Sendable where Result: Sendable {}
