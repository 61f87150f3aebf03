public import ChangeLog
import NetworkSchema

/// Committing a checkpoint. Everything that can be done before the write lock is: reading the chunks, laying own writes
/// on top, finding out what differs. Under the lock the last captured writes are sealed and laid on top as well, and
/// what differs is moved. A till waits as long as the lock is held.
extension StoreReplica {
    /// Applies everything staged, and stands at the checkpoint's cursor.
    public func apply(
        _ checkpoint: Checkpoint,
        wallMilliseconds: Int64
    ) throws(ReplicaError) -> StoreFeed.Applied {
        try guarded { () throws(ReplicaError) in
            try checkRound()
            try check(checkpoint)
            if state.round.isEmpty, !checkpoint.isComplete, !state.hasFrozenRights {
                return try commitLight(checkpoint, rows: 0)
            }
            let rows = try fillRound()
            return try applyRound(checkpoint, rows: rows, wallMilliseconds: wallMilliseconds)
        }
    }

    private func check(_ checkpoint: Checkpoint) throws(ReplicaError) {
        let cursor = state.base.cursor
        let problem: String? =
            if checkpoint.schemaVersion != plan.schema.version {
                "the checkpoint is of schema version \(checkpoint.schemaVersion), this store has \(plan.schema.version)"
            } else if checkpoint.isComplete != (cursor == .start) {
                checkpoint.isComplete
                    ? "a complete round for a store that stands at position \(cursor.position.number)"
                    : "a round from a cursor, for a store that has none"
            } else if checkpoint.cursor.position < (state.round.reach.max() ?? .start) {
                "a checkpoint at \(checkpoint.cursor.position.number), before what was sent"
            } else if checkpoint.included > state.last {
                "it includes changeset \(checkpoint.included), and this site has sealed \(state.last)"
            } else if !checkpoint.isComplete, checkpoint.included < state.base.included {
                "it includes changeset \(checkpoint.included), and had included \(state.base.included)"
            } else {
                nil
            }
        if let problem { throw .refusedFeed(problem) }
    }

    // MARK: Before the lock

    /// Reads the chunks into the TEMP tables.
    ///
    /// - Returns: the entries read.
    private func fillRound() throws(ReplicaError) -> Int {
        let (rounds, round) = (RoundTables(rounds), state.round)
        do {
            let entries = try writer.use { sql in
                try rounds.clear(sql)
                var fill = RoundFill(rounds, sql)
                // One transaction: the TEMP tables are not written statement by statement.
                try sql.transaction("BEGIN") { _ in
                    for chunk in round.inMemory { try fill.take(chunk.bytes) }
                    if round.isDurable {
                        try log.read { logSQL in try StagedTable(logSQL).each { try fill.take($0) } }
                    }
                }
                return fill.entries
            }
            try step(.roundFilled)
            return entries
        } catch .refusedFeed(let what) {
            try dropStaged()
            throw .refusedFeed(what)
        }
    }

    /// Lays own changesets on top, compares with the replica, and takes the lock; again from the start of this when
    /// too much was written meanwhile.
    private func applyRound(
        _ checkpoint: Checkpoint,
        rows: Int,
        wallMilliseconds: Int64
    ) throws(ReplicaError) -> StoreFeed.Applied {
        var laid = checkpoint.included
        let seals = !mistakes.contains(.applyBeforeSealing)
        var isCompared = false
        var lives: [SealedChangeset.Life] = []
        for attempt in 1...StoreLimits.lockAttemptsMax {
            if seals, try client.use({ [state] sql in try StoreCaptures(sql).hasAny(after: state.sealedThrough) }) {
                _ = try sealCaptured(wallMilliseconds: wallMilliseconds)
            }
            lives = try log.read { sql in try LifeTable(sql, LifeTable.log).all() }
            let isSame = try prepare(checkpoint, after: laid, own: lives, compare: !isCompared)
            laid = state.last
            isCompared = true
            if isSame { return try commitLight(checkpoint, rows: rows) }
            let isLast = attempt == StoreLimits.lockAttemptsMax
            if try commitRound(checkpoint, own: lives, mayGiveBack: !isLast, wallMilliseconds: wallMilliseconds) {
                break
            }
        }
        return StoreFeed.Applied(cursor: state.base.cursor, safe: state.safe, rows: rows, isLight: false)
    }

    /// Lays the changesets after `laid` on the round's rows; the first time, compares with the replica.
    ///
    /// - Returns: whether the round changes nothing that SQL can see.
    private func prepare(
        _ checkpoint: Checkpoint,
        after laid: ChangesetNumber,
        own: [SealedChangeset.Life],
        compare: Bool
    ) throws(ReplicaError) -> Bool {
        let rounds = RoundTables(rounds)
        let isSame = try writer.read { sql in
            if compare, checkpoint.isComplete {
                for table in rounds.tables { try RoundMerge(table, holder: name.text).addUnnamed(sql) }
            }
            let overlay = RoundOverlay(
                rounds: rounds,
                writer: overlayWriter,
                isComplete: checkpoint.isComplete,
                sql: sql
            )
            try overlay.lay(after: laid, upTo: state.last, in: log, site: site)
            if compare {
                for table in try rounds.named(sql) { try RoundMerge(table, holder: name.text).compare(sql) }
            }
            let ownLives = Dictionary(own.map { ($0.row, $0.life) }, uniquingKeysWith: { _, later in later })
            let areLivesSame = try RoundLives(rounds: rounds, sql: sql).compare(
                own: ownLives,
                isComplete: checkpoint.isComplete
            )
            guard compare else { return false }
            // A capture that is not sealed may be one of the round's rows, and look the same by chance.
            return try areLivesSame && !checkpoint.isComplete && !state.hasFrozenRights && rounds.areAsBefore(sql)
                && !StoreCaptures(sql).hasAny(after: state.sealedThrough)
        }
        try step(.ownWritesLaid)
        return isSame
    }

    // MARK: Committing

    /// The round changed nothing: linli.db stays as it is.
    private func commitLight(
        _ checkpoint: Checkpoint,
        rows: Int
    ) throws(ReplicaError) -> StoreFeed.Applied {
        state.base = CommittedBase(
            cursor: checkpoint.cursor,
            included: checkpoint.included,
            hubStamp: max(state.base.hubStamp, checkpoint.stamp)
        )
        state.isAheadOfLog = true
        if state.round.isDurable {
            try log.write { sql in
                try catchUp(sql)
                try StagedTable(sql).removeAll()
            }
            state.isAheadOfLog = false
        }
        state.round = StagedRound(from: checkpoint.cursor.position)
        try step(.lightCommitted)
        return StoreFeed.Applied(cursor: checkpoint.cursor, safe: state.safe, rows: rows, isLight: true)
    }

    /// Under the lock: seals the rest, lays it on top, moves what differs. False: much was captured since the last
    /// look, and the lock was given back.
    private func commitRound(
        _ checkpoint: Checkpoint,
        own: [SealedChangeset.Life],
        mayGiveBack: Bool,
        wallMilliseconds: Int64
    ) throws(ReplicaError) -> Bool {
        let rounds = RoundTables(rounds)
        let base = CommittedBase(
            cursor: checkpoint.cursor,
            included: checkpoint.included,
            hubStamp: max(state.base.hubStamp, checkpoint.stamp)
        )
        var seal = LockedSeal(of: self)
        let committed = try writer.use { sql -> Committed? in
            try RoundLives(rounds: rounds, sql: sql).addOwn(own)
            return try sql.transaction("BEGIN IMMEDIATE") { sql -> Committed? in
                try step(.lockTaken)
                let most = StoreLimits.lockedCapturesMax
                if mayGiveBack, try StoreCaptures(sql).count(after: state.sealedThrough, atMost: most + 1) > most {
                    return nil
                }
                if !mistakes.contains(.applyBeforeSealing) { try seal.fold(sql, of: self) }
                try lay(seal.operations, on: rounds, isComplete: checkpoint.isComplete, sql)
                try grantRightsOfEvicted(rounds, in: &seal, wallMilliseconds: wallMilliseconds, sql)
                try move(rounds, sql)
                let changeset = seal.finish(wallMilliseconds: wallMilliseconds)
                let record = AppliedTable.Record(
                    times: state.applied + 1,
                    sealed: changeset?.header.number ?? state.last,
                    carried: changeset
                )
                try AppliedTable(sql).write(record)
                try base.write(to: Settings(sql))
                try Settings(sql).put(.captured, seal.through)
                _ = try StoreCaptures(sql).trim(through: seal.through)
                try seal.note(rounds, sql)
                try step(.rowsMoved)
                return Committed(changeset: changeset)
            }
        }
        guard let committed else { return false }
        try step(.applyCommitted)
        try replicaSync.sync(through: writer)
        try step(.applySynced)
        try follow(base, seal, committed.changeset, isComplete: checkpoint.isComplete)
        try step(.applySettled)
        return true
    }

    private struct Committed {
        var changeset: SealedChangeset?
    }

    /// Lays writes that were sealed under the lock on the round's rows.
    private func lay(_ operations: [Operation], on rounds: RoundTables, isComplete: Bool, _ sql: SQL) throws {
        let overlay = RoundOverlay(rounds: rounds, writer: overlayWriter, isComplete: isComplete, sql: sql)
        let lives = RoundLives(rounds: rounds, sql: sql)
        for operation in operations { try overlay.lay(operation) }
        for operation in operations { try lives.correct(operation) }
    }

    /// What this store holds in rows that leave it goes to the hub, in the changeset that this apply seals: before
    /// anything that the application may do with the same keys afterwards.
    private func grantRightsOfEvicted(
        _ rounds: RoundTables,
        in seal: inout LockedSeal,
        wallMilliseconds: Int64,
        _ sql: SQL
    ) throws {
        guard !state.isFenced else { return }
        for table in try rounds.named(sql) where table.hasUnits && !mistakes.contains(.strandRights) {
            for one in try RoundMerge(table, holder: name.text).rightsOfEvicted(sql) {
                seal.grantToHub(one.units, of: one.key, cell: one.cell, table.plan, wallMilliseconds: wallMilliseconds)
            }
        }
    }

    private func move(_ rounds: RoundTables, _ sql: SQL) throws {
        for table in try rounds.named(sql) where try table.differs(sql) {
            let merge = RoundMerge(table, holder: name.text)
            try merge.moveRows(sql)
            try merge.moveRights(sql)
        }
        if state.hasFrozenRights { try thawAll(sql) }
        if state.isFenced { try freezeAll(sql) }
        try RoundLives(rounds: rounds, sql: sql).move()
        try RoundNotes.move(sql)
    }

    /// linli.db is committed and synced: changes.db follows, and then what is in memory.
    private func follow(
        _ base: CommittedBase,
        _ seal: LockedSeal,
        _ changeset: SealedChangeset?,
        isComplete: Bool
    ) throws(ReplicaError) {
        let applied = state.applied + 1
        try log.write { sql in
            try take(seal, changeset, into: sql)
            try LogTable(sql).acknowledged(through: state.acknowledged)
            try LogTable(sql).follow(apply: applied)
            try ReceivedChunks(sql).append(state.round.inMemory, wallMilliseconds: state.time.wall ?? 0)
            if isComplete { try ReceivedChunks(sql).dropEarlierEpochs() }
        }
        state.base = base
        state.applied = applied
        state.isAheadOfLog = false
        state.hasFrozenRights = state.isFenced
        state.round = StagedRound(from: base.cursor.position)
        didTake(seal, changeset)
    }
}
