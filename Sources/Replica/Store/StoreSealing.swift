public import ChangeLog
import NetworkSchema

/// Turning captured writes into the next changeset.
extension StoreReplica {
    /// Seals everything captured so far into one changeset, on the disk when this returns: its header, or nil when
    /// nothing was captured, or what was has cancelled out. The wall clock says how long the changeset is kept.
    public func seal(wallMilliseconds: Int64) throws(ReplicaError) -> ChangesetHeader? {
        try guarded { () throws(ReplicaError) in
            let after = state.sealedThrough
            guard try client.use({ sql in try StoreCaptures(sql).hasAny(after: after) }) else { return nil }
            return try sealCaptured(wallMilliseconds: wallMilliseconds)
        }
    }

    func sealCaptured(wallMilliseconds: Int64) throws(ReplicaError) -> ChangesetHeader? {
        var clock = sealingClock
        var builder = nextChangeset()
        var watch = shareWatch
        let sealed = try log.write { logSQL in
            let changesets = ChangesetTable(logSQL, site: site)
            var part = 0
            let write = { (segment: SealedChangeset.Segment) in
                try changesets.append(segment, of: builder.number, part: part)
                part += 1
            }
            let folded = try client.read { sql in
                try fold(sql, log: logSQL, clock: &clock) { operation, plan in
                    watch.note(operation, plan)
                    if let segment = builder.add(operation, shape: plan.shape) { try write(segment) }
                }
            }
            guard let folded else { return Sealed?.none }
            let through = folded.through
            builder.take(folded.idle)
            try step(.sealFolded)
            try replicaSync.sync(through: writer)
            try step(.sealSynced)
            try catchUp(logSQL)
            guard builder.operations > 0 else {
                try LogTable(logSQL).sealed(through: through, stamp: clock.last, sent: state.sentMark)
                return Sealed(through: through)
            }
            let (segment, header, hash) = builder.finish()
            if let segment { try write(segment) }
            try changesets.finish(
                header,
                hash: hash,
                lives: builder.lives,
                through: through,
                sealedAt: wallMilliseconds,
                clockOffset: clock.offsetMilliseconds,
                sent: state.sentMark
            )
            return Sealed(through: through, header: header, hash: hash)
        }
        guard let sealed else { return nil }
        shareWatch = watch
        state.isAheadOfLog = false
        state.sealedThrough = sealed.through
        state.clock = clock
        if let header = sealed.header, let hash = sealed.hash { didSeal(header, hash) }
        try step(.sealAppended)
        return sealed.header
    }

    /// What one seal came to; the header is missing when everything cancelled out.
    private struct Sealed {
        var through: Int64
        var header: ChangesetHeader?
        var hash: ChangesetHash?
    }

    // MARK: What both share

    /// Stamps are above all that this site gave, and above all in the hub's state that it stands on; wall times are
    /// corrected by the offset to the hub's clock.
    ///
    /// A wrong clock may have given stamps of a time to come, which the hub has seen: it took what it may take under
    /// stamps of its own, which the state has once it includes all of this site's, and refused the rest. From then on
    /// the site's stamps begin anew above those; it would have to go on from the wrong ones until their time came.
    var sealingClock: HybridClock {
        var clock = state.clock
        let isAllIncluded = state.base.included >= state.last && state.base.cursor != .start
        if isAllIncluded, isToCome(clock.last, slack: StoreLimits.clockSlackMilliseconds) { clock = HybridClock() }
        clock.see(state.base.hubStamp)
        state.time.correct(&clock)
        return clock
    }

    /// No right clock has given this stamp yet: its time is to come, and the hub's stamps are behind it too. False until
    /// the hub's clock is measured.
    func isToCome(_ stamp: Stamp, slack: Int64) -> Bool {
        guard let hub = state.time.hubMilliseconds else { return false }
        return stamp.milliseconds > max(hub, state.base.hubStamp.milliseconds).saturatingAdding(slack)
    }

    /// What was sealed under a lock, into changes.db.
    func take(_ seal: LockedSeal, _ changeset: SealedChangeset?, into log: SQL) throws(ReplicaError) {
        if let changeset { try ChangesetTable(log, site: site).append(changeset, sent: state.sentMark) }
        try LogTable(log).sealed(through: seal.through, stamp: seal.clock.last, sent: state.sentMark)
    }

    /// changes.db has it.
    func didTake(_ seal: LockedSeal, _ changeset: SealedChangeset?) {
        state.sealedThrough = seal.through
        state.clock = seal.clock
        shareWatch = seal.watch
        if let changeset { didSeal(changeset.header, changeset.hash) }
    }

    func didSeal(_ header: ChangesetHeader, _ hash: ChangesetHash) {
        state.last = header.number
        state.lastHash = hash
        state.outboxBases.sealed(header.number, base: header.base.position)
    }

    func nextChangeset() -> ChangesetBuilder {
        ChangesetBuilder(
            site: site,
            number: state.last.next,
            previous: state.lastHash,
            base: state.base.cursor,
            schemaVersion: plan.schema.version
        )
    }

    func fold(
        _ sql: SQL,
        log: SQL,
        clock: inout HybridClock,
        emit: (Operation, TablePlan) throws -> Void
    ) throws -> CaptureFold.Result? {
        let lives = KnownLives(log: log, replica: sql)
        let tables = plan.tables
        return try CaptureFold.fold(
            sql,
            plan: plan,
            after: state.sealedThrough,
            life: { row in try lives.life(of: row) },
            clock: &clock
        ) { operation, _ in
            try emit(operation, tables[operation.table])
        }
    }
}
