public import ChangeLog

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
    /// The committed cursor; `start` while joining, and from the beginning of a resync to its checkpoint.
    public var cursor: Cursor
    /// For each scope, how far the round in progress is staged durably.
    public var staged: [StagedScope]
    /// The epoch of the session in which the last of `staged` came; `none` when nothing is staged. What was staged in
    /// another epoch than the hub's present one is dropped: a hub that was restored from a backup may know the cursor
    /// and every staged position, and yet the chunks lack rows that had moved on in the history that is lost.
    public var stagedEpoch: Epoch
    /// The greatest acknowledged number, by the store's account.
    public var acknowledged: ChangesetNumber
    /// The last number sealed.
    public var sealed: ChangesetNumber
    /// The hash of changeset `acknowledged`; `none` when that is 0.
    public var acknowledgedHash: ChangesetHash
    /// The position below which tombstones may go for this store.
    public var safe: Position
    /// The store's wall clock at sending, milliseconds since 1970 UTC.
    public var wallMilliseconds: Int64
    /// The store keeps what came down, and offers it to a hub that lost it.
    public var offers: Bool

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
        stagedEpoch: Epoch,
        acknowledged: ChangesetNumber,
        sealed: ChangesetNumber,
        acknowledgedHash: ChangesetHash,
        safe: Position,
        wallMilliseconds: Int64,
        offers: Bool = false
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
        self.stagedEpoch = stagedEpoch
        self.acknowledged = acknowledged
        self.sealed = sealed
        self.acknowledgedHash = acknowledgedHash
        self.safe = safe
        self.wallMilliseconds = wallMilliseconds
        self.offers = offers
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
