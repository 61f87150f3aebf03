import ChangeLog

/// The way down, until a checkpoint comes.
extension StoreReplica {
    /// Takes a chunk of the round in progress: into memory, or onto the disk when the round is long.
    public func stage(_ chunk: StoreFeed.Chunk) throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            try checkRound()
            guard state.round.follows(chunk) else {
                throw .refusedFeed(
                    "a chunk of scope \(chunk.scope) goes from \(chunk.from.number) to \(chunk.upTo.number), and "
                        + "\(state.round.reach(chunk.scope).number) is reached"
                )
            }
            let leaving = state.round.take(chunk)
            guard !leaving.isEmpty else { return }
            try log.write { sql in
                try catchUp(sql)
                for chunk in leaving { try StagedTable(sql).append(chunk) }
                try ReceivedChunks(sql).append(leaving, wallMilliseconds: state.time.wall ?? 0)
            }
            state.isAheadOfLog = false
            try step(.chunkStaged)
        }
    }

    /// What the session brought before is all there.
    func checkRound() throws(ReplicaError) {
        if isRoundLost { throw .refusedFeed("a failure of this store lost what this session had brought before") }
    }

    /// The hub does not know the cursor: what was staged is dropped, the store stands at the beginning of the feed, and
    /// the next checkpoint brings the whole state. Until then this store's rights may not be spent: the hub may have
    /// promised them elsewhere meanwhile.
    public func beginResync() throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            try freezeRights()
            let base = CommittedBase(cursor: .start, included: state.base.included, hubStamp: state.base.hubStamp)
            try log.write { sql in
                try LogTable(sql).acknowledged(through: state.acknowledged)
                try LogTable(sql).light(base)
                try StagedTable(sql).removeAll()
            }
            state.isAheadOfLog = false
            state.base = base
            state.round = StagedRound(from: .start)
        }
    }

    /// The chunks of the round in progress go: they cannot be read, or the hub does not know them. The round begins
    /// again at the committed cursor.
    public func dropStaged() throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            try log.write { sql in try StagedTable(sql).removeAll() }
            state.round = StagedRound(from: state.base.cursor.position)
        }
    }
}
