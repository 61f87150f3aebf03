public import ChangeLog

/// Which of a site's parts of the feed is read; as on the wire.
public enum ReadScope: UInt8, Hashable, Sendable, CaseIterable {
    case network = 0
    case region = 1
    case store = 2
    case answers = 3
}

/// How far each of a site's scopes is read.
public struct ReadPositions: Hashable, Sendable {
    public var network = Position.start
    public var region = Position.start
    public var store = Position.start
    public var answers = Position.start

    public init() {}

    /// All scopes are read up to one position, as after a checkpoint.
    public init(all position: Position) {
        network = position
        region = position
        store = position
        answers = position
    }

    public subscript(scope: ReadScope) -> Position {
        get {
            switch scope {
            case .network: network
            case .region: region
            case .store: store
            case .answers: answers
            }
        }
        set {
            switch scope {
            case .network: network = newValue
            case .region: region = newValue
            case .store: store = newValue
            case .answers: answers = newValue
            }
        }
    }
}

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
    public var scope: ReadScope
    public var from: Position
    public var upTo: Position
    public var rows: Int
    /// As `ChunkWriter` makes it.
    public var bytes: [UInt8]
    /// Nothing of the scope lay after it when it was read.
    public var isLast: Bool
}

/// A position at which a site may commit what it read.
public struct ReadCheckpoint: Hashable, Sendable {
    public var cursor: Cursor
    /// The last of the site's changesets that the state at `cursor` includes.
    public var included: ChangesetNumber
    /// At or above every stamp in that state.
    public var stamp: Stamp
    public var schemaVersion: Int
    public var isComplete: Bool
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
