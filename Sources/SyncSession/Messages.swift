public import ChangeLog

/// What a store says to the hub.
public enum StoreMessage: Hashable, Sendable {
    case hello(Hello)
    /// The session tag of the welcome is stored durably.
    case confirm(SessionTag)
    /// One segment of a changeset. The first carries the header; an empty changeset has one part without bytes.
    case push(PushPart)
    /// So many window bytes of chunks were staged: as many more may come.
    case taken(bytes: Int)
    /// A checkpoint was committed: the cursor now, and the position below which tombstones may go for this store.
    case committed(cursor: Cursor, safe: Position)
    /// Where is the head? The hub seals its own captures first, and sees to it that a checkpoint at or above the
    /// answer follows. One question at a time.
    case askHead(id: UInt64)
    case ping(Ping)
    case bye(Bye)
    /// To a hub that lost what it sent: what came down, as it came. One at a time.
    case offer(Offer)
}

/// What the hub says to a store.
public enum HubMessage: Hashable, Sendable {
    case welcome(Welcome)
    /// The schema document that the following chunks are written under, and the hub's own mark of it; empty for none.
    case schema(version: Int, document: [UInt8], seal: [UInt8] = [])
    /// Changesets up to this number are committed, and synced to the hub's disk. Said again, it is a sign of life.
    case acknowledge(ChangesetNumber)
    /// The hub holds the first `parts` parts of changeset `number` durably; for resuming and for the window.
    case holds(number: ChangesetNumber, parts: Int)
    case chunk(Chunk)
    case checkpoint(Checkpoint)
    case head(id: UInt64, Position)
    case pong(Pong)
    case bye(Bye)
    /// Changesets up to this number are in a backup of the hub, too: it will not ask for them again.
    case backedUp(ChangesetNumber)
    /// The last offer is dealt with: so many rows of it were lacking.
    case adopted(rows: Int)
}

extension StoreMessage {
    /// The message's name, for logs.
    public var kind: String {
        switch self {
        case .hello: "hello"
        case .confirm: "confirm"
        case .push: "push"
        case .taken: "taken"
        case .committed: "committed"
        case .askHead: "askHead"
        case .ping: "ping"
        case .bye: "bye"
        case .offer: "offer"
        }
    }
}

extension HubMessage {
    /// The message's name, for logs.
    public var kind: String {
        switch self {
        case .welcome: "welcome"
        case .schema: "schema"
        case .acknowledge: "acknowledge"
        case .holds: "holds"
        case .chunk: "chunk"
        case .checkpoint: "checkpoint"
        case .head: "head"
        case .pong: "pong"
        case .bye: "bye"
        case .backedUp: "backedUp"
        case .adopted: "adopted"
        }
    }
}

/// One segment of a changeset on its way up.
public struct PushPart: Hashable, Sendable {
    public var number: ChangesetNumber
    /// 0 is the first.
    public var part: Int
    /// With part 0, and with the first part of a resumed changeset.
    public var header: ChangesetHeader?
    public var bytes: [UInt8]
    /// May come with the last part of a changeset: over its hash, and so over all changesets before it.
    public var signature: ChangesetSignature?

    public init(
        number: ChangesetNumber,
        part: Int,
        header: ChangesetHeader?,
        bytes: [UInt8],
        signature: ChangesetSignature? = nil
    ) {
        self.number = number
        self.part = part
        self.header = header
        self.bytes = bytes
        self.signature = signature
    }
}

extension PushPart {
    /// What the part counts in a window and a frame.
    public var windowBytes: Int { bytes.count + Limits.envelopeBytes }
}

extension ChangesetHeader {
    /// Parts in which the changeset is pushed: one a segment, and one without bytes when there is no segment.
    public var parts: Int { max(segments, 1) }
}

/// A run of one scope's feed: every row of the scope that stands after `from` and at or before `upTo`.
public struct Chunk: Hashable, Sendable {
    public var scope: FeedScope
    public var from: Position
    public var upTo: Position
    public var rows: Int
    /// As `ChunkWriter` makes it.
    public var bytes: [UInt8]
    /// The hub's own mark of the bytes in this epoch, by which it knows them again; empty for none.
    public var seal: [UInt8]

    public init(
        scope: FeedScope,
        from: Position,
        upTo: Position,
        rows: Int,
        bytes: [UInt8],
        seal: [UInt8] = []
    ) {
        self.scope = scope
        self.from = from
        self.upTo = upTo
        self.rows = rows
        self.bytes = bytes
        self.seal = seal
    }
}

extension Chunk {
    /// What the chunk counts in a window and a frame.
    public var windowBytes: Int { bytes.count + Limits.envelopeBytes }
}

public struct Ping: Hashable, Sendable {
    /// Grows from ping to ping of one session.
    public var id: UInt64
    /// The sender's wall clock, milliseconds since 1970 UTC.
    public var wallMilliseconds: Int64
    /// The last number sealed, while it is not acknowledged; else `none`.
    public var sealed: ChangesetNumber

    public init(id: UInt64, wallMilliseconds: Int64, sealed: ChangesetNumber = .none) {
        self.id = id
        self.wallMilliseconds = wallMilliseconds
        self.sealed = sealed
    }
}

public struct Pong: Hashable, Sendable {
    public var id: UInt64
    /// The ping's time, given back, and the answerer's own.
    public var pingWallMilliseconds: Int64
    public var wallMilliseconds: Int64

    public init(id: UInt64, pingWallMilliseconds: Int64, wallMilliseconds: Int64) {
        self.id = id
        self.pingWallMilliseconds = pingWallMilliseconds
        self.wallMilliseconds = wallMilliseconds
    }
}
