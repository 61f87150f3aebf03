import ChangeLog

/// What a store's replica knows of its two files, read at the start and after a failure, and kept in step with them
/// otherwise.
struct StoreState {
    /// What of the hub's state the replica stands on: of the last apply, or of a later checkpoint that changed nothing.
    var base: CommittedBase
    /// How many rounds were applied to linli.db.
    var applied: Int64
    /// The last changeset sealed, and its hash.
    var last: ChangesetNumber
    var lastHash: ChangesetHash
    /// The last capture that is sealed.
    var sealedThrough: Int64
    var clock: HybridClock
    /// How this machine's wall clock stands to the hub's.
    var time: StoreClock
    /// The last changeset that somebody may have seen: read for a session, or for an export.
    var sent: ChangesetNumber
    /// A session is at work, and may send what is sealed a moment later.
    var isInSession = false
    var acknowledged: ChangesetNumber
    var tag: UInt64?
    var outboxBases: BaseLadder
    var round: StagedRound
    /// Some rights of this store are frozen; the next apply thaws them, unless the site is fenced.
    var hasFrozenRights: Bool
    /// The hub said so at the beginning of this session: what stands in the store's name is not this site's.
    var isFenced = false
    /// `base` and `acknowledged` are ahead of changes.db; they go with its next commit. After a crash the older ones
    /// stand, which are as true: the hub sends and says again what came after them.
    var isAheadOfLog = false

    /// What changes.db says of `sent`: after a crash in a session everything sealed may have been seen.
    var sentMark: ChangesetNumber { isInSession ? ChangesetNumber(.max) : sent }

    /// Below this position tombstones may go for this store.
    var safe: Position { min(base.cursor.position, outboxBases.least ?? base.cursor.position) }
}
