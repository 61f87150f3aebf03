public import ChangeLog
import NetworkSchema

/// What a store says of itself at the handshake.
public struct StoreHello: Hashable, Sendable {
    public var store: NodeName
    public var site: SiteID
    /// The last session tag that the site stored; nil before its first session.
    public var tag: UInt64?
    public var schemaVersion: Int
    public var cursor: Cursor
    /// How far the round in progress is on the disk, for each scope of which anything is.
    public var staged: [StoreFeed.Staged]
    /// The epoch in which that was staged; `none` when nothing is.
    public var stagedEpoch: Epoch
    public var acknowledged: ChangesetNumber
    public var acknowledgedHash: ChangesetHash
    public var sealed: ChangesetNumber
    public var safe: Position
}

extension StoreReplica {
    /// Begins a session: chunks that are only in memory are forgotten, because the hub sends again what the handshake
    /// does not name.
    public func hello() throws(ReplicaError) -> StoreHello {
        try guarded { () throws(ReplicaError) in
            let (staged, epoch, hash) = try log.read { sql in
                (
                    try StagedTable(sql).reach(), try LogTable(sql).sessionEpoch(),
                    try ChangesetTable(sql, site: site).hash(state.acknowledged)
                )
            }
            state.round = StagedRound(from: state.base.cursor.position, durable: staged)
            isRoundLost = false
            state.isInSession = false
            return StoreHello(
                store: name,
                site: site,
                tag: state.tag,
                schemaVersion: plan.schema.version,
                cursor: state.base.cursor,
                staged: staged,
                stagedEpoch: staged.isEmpty ? .none : epoch,
                acknowledged: state.acknowledged,
                acknowledgedHash: hash ?? .none,
                sealed: state.last,
                safe: state.safe
            )
        }
    }

    /// A session began: chunks that are staged from now on are of this epoch.
    ///
    /// - Parameter isFenced: the store's rights are another site's, and stay frozen here whatever the session applies.
    public func beginSession(in epoch: Epoch, isFenced: Bool = false) throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            state.isFenced = isFenced
            try log.write { sql in
                guard try LogTable(sql).sessionEpoch() != epoch else { return }
                try catchUp(sql)
                try LogTable(sql).session(in: epoch)
            }
        }
    }

    /// Whether the changeset that the hub has last of this site is the one that stands here. If not, the site's tag is
    /// forgotten: without one the hub tells the site what it has, as it does to every copy. On the disk when this returns.
    public func isOwn(_ number: ChangesetNumber, _ hash: ChangesetHash) throws(ReplicaError) -> Bool {
        try guarded { () throws(ReplicaError) in
            let own = try log.read { sql in try ChangesetTable(sql, site: site).hash(number) }
            if own == hash { return true }
            try log.write { sql in try LogTable(sql).forgetTag() }
            state.tag = nil
            return false
        }
    }

    /// Stores the tag of a new session; on the disk when this returns.
    public func storeTag(_ tag: UInt64) throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            try log.write { sql in
                try catchUp(sql)
                try LogTable(sql).tag(tag)
            }
            state.isAheadOfLog = false
            state.isInSession = true
            state.tag = tag
        }
    }
}
