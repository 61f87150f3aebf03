import ChangeLog
import GRDBSQLite
import NetworkSchema

/// Reads the state from the two files, and settles what a crash or a failure left between them.
extension StoreReplica {
    /// Called before anything else after a failure.
    func settle() throws(ReplicaError) {
        guard !isSettled else { return }
        if isDiskInDoubt { try rewriteReplica() }
        // A disk that fails for an hour is asked every second: the document is read only when it is another one.
        let version = try writer.read { sql in try Settings(sql).schemaVersion() }
        if version != plan.schema.version { try didAdopt(writer.read { sql in try SchemaPlan.stored(sql) }) }
        let before = state
        let formerSite = site
        site = try Self.settledSite(writer, log, site: site)
        state = try Self.recover(
            writer: writer,
            log: log,
            files: files,
            directory: directory,
            site: site,
            store: name,
            plan: plan
        )
        if before.isAheadOfLog, site == formerSite { try keepWhatWasTold(before) }
        // Memory knows better what left, and how the clocks stand.
        (state.time, state.isInSession) = (before.time, before.isInSession)
        if before.sent < state.sent, site == formerSite { state.sent = before.sent }
        if site == formerSite { state.isFenced = before.isFenced }
        // Chunks in memory are gone: the session that brought them must not commit the rest.
        if before.round.reach != state.round.reach { isRoundLost = true }
        shareWatch = ShareWatch()
        isSettled = true
    }

    /// What the hub said and only memory knows is as true as before; nobody would say it again while nothing happens.
    private func keepWhatWasTold(_ before: StoreState) throws(ReplicaError) {
        if before.acknowledged > state.acknowledged, before.acknowledged <= state.last {
            state.outboxBases.acknowledged(through: before.acknowledged)
            state.acknowledged = before.acknowledged
            state.isAheadOfLog = true
        }
        guard before.applied == state.applied, before.base != state.base else { return }
        state.base = before.base
        state.round = StagedRound(
            from: before.base.cursor.position,
            durable: try log.read { sql in try StagedTable(sql).reach() }
        )
        state.isAheadOfLog = true
    }

    /// Runs `body`; when it fails, the next call begins by reading the files again.
    func guarded<Result>(_ body: () throws(ReplicaError) -> Result) throws(ReplicaError) -> Result {
        try settle()
        do {
            return try body()
        } catch {
            isSettled = false
            if error.isOfDisk { isDiskInDoubt = true }
            throw error
        }
    }

    /// After a failed sync the kernel may hold as written what it could not write; only writing it again helps. What
    /// the log of linli.db holds goes into the file itself, the log begins anew, and both are synced. A log that were
    /// kept would be worse than none: of what the disk has of it a power loss would leave the beginning, and SQLite
    /// would lay that, older pages, over the newer file.
    private func rewriteReplica() throws(ReplicaError) {
        try writer.use { sql in
            let checkpoint = try sql.statement("PRAGMA wal_checkpoint(TRUNCATE)")
            defer { checkpoint.reset() }
            guard try checkpoint.step(), checkpoint.integer(0) == 0 else {
                throw ReplicaError.sqlite(
                    code: SQLITE_BUSY,
                    message: "readers and writers leave no moment to write the log of linli.db again",
                    sql: ""
                )
            }
        }
        replicaSync = ReplicaSync(path: Self.replicaPath(directory), files: files)
        try replicaSync.sync(through: writer)
        isDiskInDoubt = false
    }

    static func recover(
        writer: Connection,
        log: Connection,
        files: any FileSystem,
        directory: String,
        site: SiteID,
        store: NodeName,
        plan: SchemaPlan
    ) throws(ReplicaError) -> StoreState {
        let replica = try writer.read { sql in
            (
                applied: try AppliedTable(sql).read(), base: try CommittedBase(Settings(sql)),
                sealedThrough: try Settings(sql).integer(.captured), captures: try StoreCaptures(sql).last(),
                hasFrozenRights: try plan.tables.contains { table in
                    try !table.escrow.isEmpty && FrozenRights(table, store: store).exist(sql)
                }
            )
        }
        let path = logPath(directory)
        return try log.write { sql in
            let (table, changesets) = (LogTable(sql), ChangesetTable(sql, site: site))
            guard var record = try table.read(), record.site == site, record.over <= replica.applied.times else {
                throw ReplicaError.notOfOneTime(file: path)
            }
            if let carried = replica.applied.carried, try changesets.last().number < carried.header.number {
                // What linli.db carries must be on the disk before this file says that it is sealed.
                var disk = ReplicaSync(path: replicaPath(directory), files: files)
                try disk.sync(through: writer)
                try changesets.append(carried, sent: record.sent)
            }
            if record.over < replica.applied.times { try table.follow(apply: replica.applied.times) }
            let last = try changesets.last()
            record = try table.read() ?? record
            guard last.number >= replica.applied.sealed, record.sealedThrough <= replica.captures else {
                throw ReplicaError.notOfOneTime(file: path)
            }
            var bases = BaseLadder()
            try changesets.bases(after: record.acknowledged) { bases.sealed($0, base: $1) }
            let base = record.light ?? replica.base
            return StoreState(
                base: base,
                applied: replica.applied.times,
                last: last.number,
                lastHash: last.hash,
                sealedThrough: max(record.sealedThrough, replica.sealedThrough),
                clock: HybridClock(last: record.stamp),
                time: StoreClock(measuredOffset: record.clockOffset),
                sent: min(record.sent, last.number),
                acknowledged: record.acknowledged,
                tag: record.tag,
                outboxBases: bases,
                round: StagedRound(from: base.cursor.position, durable: try StagedTable(sql).reach()),
                hasFrozenRights: replica.hasFrozenRights
            )
        }
    }

    /// Writes what is only in memory with a transaction of changes.db that is under way.
    func catchUp(_ sql: SQL) throws(ReplicaError) {
        guard state.isAheadOfLog else { return }
        try LogTable(sql).acknowledged(through: state.acknowledged)
        try LogTable(sql).light(state.base)
    }

    /// Writes what is only in memory.
    func flush() throws(ReplicaError) {
        try settle()
        guard state.isAheadOfLog else { return }
        try log.write { sql in try catchUp(sql) }
        state.isAheadOfLog = false
    }
}

extension ChangesetTable {
    /// Appends a whole changeset that is in memory, and what its sealing found out.
    func append(_ changeset: SealedChangeset, sent: ChangesetNumber) throws(ReplicaError) {
        for (part, segment) in changeset.segments.enumerated() {
            try append(segment, of: changeset.header.number, part: part)
        }
        try finish(
            changeset.header,
            hash: changeset.hash,
            lives: changeset.lives,
            through: changeset.through,
            sealedAt: changeset.sealedAt,
            clockOffset: changeset.clockOffset,
            sent: sent
        )
    }

    /// Appends the header of a changeset whose segments stand already.
    func finish(
        _ header: ChangesetHeader,
        hash: ChangesetHash,
        lives: [SealedChangeset.Life],
        through: Int64,
        sealedAt: Int64,
        clockOffset: Int64,
        sent: ChangesetNumber
    ) throws(ReplicaError) {
        try append(header, hash: hash, sealedAt: sealedAt, clockOffset: clockOffset)
        for life in lives { try LifeTable(sql, LifeTable.log).put(life.life, of: life.row) }
        try LogTable(sql).sealed(through: through, stamp: header.stampMax, sent: sent)
    }
}

extension ReplicaError {
    /// A file could not be read, written or synced.
    fileprivate var isOfDisk: Bool {
        if case .file = self { true } else { primaryCode == SQLITE_IOERR }
    }
}
