public import ChangeLog

/// What a store says to the hub.
public enum StoreMessage: Hashable, Sendable {
    case hello(Hello)
    /// The session tag of the welcome is stored durably.
    case confirm(SessionTag)
    /// One segment of a changeset. The first carries the header; an empty changeset has one part without bytes.
    case push(PushPart)
    /// So many bytes of chunks were taken (staged durably, or applied): as many more may come.
    case taken(bytes: Int)
    /// A checkpoint was committed: the cursor now, and the position below which tombstones may go for this store.
    case committed(cursor: Cursor, safe: Position)
    /// Where is the head? The hub seals its own captures first.
    case askHead(id: UInt64)
    case ping(Ping)
    case bye(Bye)
}

/// What the hub says to a store.
public enum HubMessage: Hashable, Sendable {
    case welcome(Welcome)
    /// The schema document that the following chunks are written under.
    case schema(version: Int, document: [UInt8])
    /// Changesets up to this number are committed, and synced to the hub's disk.
    case acknowledge(ChangesetNumber)
    /// The hub holds the first `parts` parts of changeset `number` durably; for resuming and for the window.
    case holds(number: ChangesetNumber, parts: Int)
    case chunk(Chunk)
    case checkpoint(Checkpoint)
    case head(id: UInt64, Position)
    case pong(Pong)
    case bye(Bye)
}

/// The first frame of a session.
public struct Hello: Hashable, Sendable {
    /// Protocol versions the store speaks, lowest and highest.
    public var versions: ClosedRange<Int>
    /// The program's version, for people.
    public var program: String
    public var store: NodeName
    public var site: SiteID
    /// The last session tag that the site stored; nil before its first session.
    public var tag: SessionTag?
    public var limits: Limits
    public var schemaVersion: Int
    /// The committed cursor; `start` while joining.
    public var cursor: Cursor
    /// For each scope, how far the round in progress is staged durably.
    public var staged: [StagedScope]
    /// The greatest acknowledged number, by the store's account.
    public var acknowledged: ChangesetNumber
    /// The last number sealed, and the hash of each number from `acknowledged` on that the store still has.
    public var sealed: ChangesetNumber
    /// The hash of changeset `acknowledged`; `none` when that is 0.
    public var acknowledgedHash: ChangesetHash
    /// The position below which tombstones may go for this store.
    public var safe: Position
    /// The store's wall clock at sending, milliseconds since 1970 UTC.
    public var wallMilliseconds: Int64

    public init(
        versions: ClosedRange<Int>,
        program: String,
        store: NodeName,
        site: SiteID,
        tag: SessionTag?,
        limits: Limits,
        schemaVersion: Int,
        cursor: Cursor,
        staged: [StagedScope],
        acknowledged: ChangesetNumber,
        sealed: ChangesetNumber,
        acknowledgedHash: ChangesetHash,
        safe: Position,
        wallMilliseconds: Int64
    ) {
        self.versions = versions
        self.program = program
        self.store = store
        self.site = site
        self.tag = tag
        self.limits = limits
        self.schemaVersion = schemaVersion
        self.cursor = cursor
        self.staged = staged
        self.acknowledged = acknowledged
        self.sealed = sealed
        self.acknowledgedHash = acknowledgedHash
        self.safe = safe
        self.wallMilliseconds = wallMilliseconds
    }
}

/// Names one session; drawn at random by the hub at each handshake. A site that comes with an older one was copied.
public struct SessionTag: Hashable, Sendable {
    public let raw: UInt64

    public init(_ raw: UInt64) { self.raw = raw }
}

/// How far one scope is staged.
public struct StagedScope: Hashable, Sendable {
    public var scope: FeedScope
    public var upTo: Position

    public init(scope: FeedScope, upTo: Position) {
        self.scope = scope
        self.upTo = upTo
    }
}

/// Which of a store's parts of the feed a chunk belongs to. Each store reads exactly these four.
public enum FeedScope: UInt8, Hashable, Sendable, CaseIterable {
    /// Rows for every store.
    case network = 0
    /// Rows of the store's region.
    case region = 1
    /// Rows of the store.
    case store = 2
    /// Answers to the site: what became of its own writes.
    case answers = 3
}

/// The hub's answer to `Hello`.
public struct Welcome: Hashable, Sendable {
    public var version: Int
    public var program: String
    /// The hub's name of the network.
    public var network: String
    public var epoch: Epoch
    /// The tag that the store stores and confirms before anything else.
    public var tag: SessionTag
    public var limits: Limits
    public var schemaVersion: Int
    /// What the hub has of this site's change log; the store pushes from the next number.
    public var acknowledged: ChangesetNumber
    /// Parts that the hub holds of the number after that.
    public var partsHeld: Int
    /// How the store's state goes on.
    public var way: Way
    public var region: String
    public var head: Position
    /// The store's wall clock as it was in `Hello`, and the hub's.
    public var helloWallMilliseconds: Int64
    public var wallMilliseconds: Int64

    public enum Way: UInt8, Hashable, Sendable {
        /// The feed goes on from the store's cursor, and from what it has staged.
        case resume = 0
        /// The hub does not know the cursor: what was staged is dropped, outbox first, then all live rows; rows not
        /// named are removed.
        case resync = 1
    }

    public init(
        version: Int,
        program: String,
        network: String,
        epoch: Epoch,
        tag: SessionTag,
        limits: Limits,
        schemaVersion: Int,
        acknowledged: ChangesetNumber,
        partsHeld: Int,
        way: Way,
        region: String,
        head: Position,
        helloWallMilliseconds: Int64,
        wallMilliseconds: Int64
    ) {
        self.version = version
        self.program = program
        self.network = network
        self.epoch = epoch
        self.tag = tag
        self.limits = limits
        self.schemaVersion = schemaVersion
        self.acknowledged = acknowledged
        self.partsHeld = partsHeld
        self.way = way
        self.region = region
        self.head = head
        self.helloWallMilliseconds = helloWallMilliseconds
        self.wallMilliseconds = wallMilliseconds
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

    public init(number: ChangesetNumber, part: Int, header: ChangesetHeader?, bytes: [UInt8]) {
        self.number = number
        self.part = part
        self.header = header
        self.bytes = bytes
    }
}

/// A run of one scope's feed: every row of the scope that stands after `from` and at or before `upTo`.
public struct Chunk: Hashable, Sendable {
    public var scope: FeedScope
    public var from: Position
    public var upTo: Position
    public var rows: Int
    /// As `ChunkWriter` makes it.
    public var bytes: [UInt8]

    public init(scope: FeedScope, from: Position, upTo: Position, rows: Int, bytes: [UInt8]) {
        self.scope = scope
        self.from = from
        self.upTo = upTo
        self.rows = rows
        self.bytes = bytes
    }
}

/// A position at which the store may commit what it received.
public struct Checkpoint: Hashable, Sendable {
    public var cursor: Cursor
    /// The last of the site's changesets that the state at `cursor` includes.
    public var included: ChangesetNumber
    /// At or above every stamp in the state at `cursor`.
    public var stamp: Stamp
    public var schemaVersion: Int
    /// The round began at nothing: rows of the store that were not named in it are removed.
    public var isComplete: Bool

    public init(
        cursor: Cursor,
        included: ChangesetNumber,
        stamp: Stamp,
        schemaVersion: Int,
        isComplete: Bool
    ) {
        self.cursor = cursor
        self.included = included
        self.stamp = stamp
        self.schemaVersion = schemaVersion
        self.isComplete = isComplete
    }
}

public struct Ping: Hashable, Sendable {
    public var id: UInt64
    /// The sender's wall clock, milliseconds since 1970 UTC.
    public var wallMilliseconds: Int64

    public init(id: UInt64, wallMilliseconds: Int64) {
        self.id = id
        self.wallMilliseconds = wallMilliseconds
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

/// Why a peer ends the session.
public struct Bye: Hashable, Sendable {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The peer stops, or another session of the same site began.
        case shutdown = "SHUTDOWN"
        case superseded = "SUPERSEDED"
        /// No protocol version in common.
        case version = "VERSION"
        /// The site's change log or session tag is not the one that the hub knows: it was copied or restored.
        case forked = "FORKED"
        case frozen = "FROZEN"
        case retired = "RETIRED"
        /// The peer broke the protocol.
        case protocolError = "PROTOCOL"
        /// The peer cannot go on: disk, I/O, an internal fault.
        case unavailable = "UNAVAILABLE"
    }

    public var code: Code
    /// What happened, then what to do.
    public var reason: String

    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
