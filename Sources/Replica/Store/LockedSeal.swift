import ChangeLog

/// A seal under the write lock of the replica, in the transaction of an apply: what was captured since the last look,
/// and grants that the apply itself makes. It is held in memory and carried in linli.db until changes.db has it.
struct LockedSeal {
    /// In order.
    private(set) var operations: [Operation] = []
    /// The last capture in it.
    private(set) var through: Int64
    private(set) var clock: HybridClock
    private(set) var watch: ShareWatch
    private var builder: ChangesetBuilder
    private var segments: [SealedChangeset.Segment] = []

    /// Nothing yet, on top of what the store has sealed.
    init(of store: StoreReplica) {
        through = store.state.sealedThrough
        clock = store.sealingClock
        watch = store.shareWatch
        builder = store.nextChangeset()
    }

    /// Folds what is captured.
    mutating func fold(_ sql: SQL, of store: StoreReplica) throws {
        var clock = clock
        let folded = try store.log.read { log in
            try store.fold(sql, log: log, clock: &clock) { operation, plan in take(operation, plan) }
        }
        self.clock = clock
        through = folded?.through ?? through
        builder.take(folded?.idle ?? [])
    }

    /// Rights held in a row that leaves this store go to the hub.
    mutating func grantToHub(
        _ units: Int64,
        of key: [Value],
        cell: Int,
        _ plan: TablePlan,
        wallMilliseconds: Int64
    ) {
        let stamp = clock.stamp(wallMilliseconds: wallMilliseconds)
        let grant = Operation.Kind.grant(column: cell, to: .hub, units: units)
        // No capture: it is known again by its stamp, which a copy has only of what was sealed before it was made.
        let mark = CaptureMark(milliseconds: stamp.milliseconds, salt: UInt64(stamp.counter) << 4)
        take(Operation(grant, table: plan.number, key: key, life: 1, stamp: stamp, mark: mark), plan)
    }

    mutating func note(_ rounds: RoundTables, _ sql: SQL) throws { try watch.note(rounds, sql) }

    /// nil when it came to nothing.
    mutating func finish(wallMilliseconds: Int64) -> SealedChangeset? {
        guard !operations.isEmpty else { return nil }
        let (segment, header, hash) = builder.finish()
        if let segment { segments.append(segment) }
        return SealedChangeset(
            header: header,
            hash: hash,
            through: through,
            sealedAt: wallMilliseconds,
            clockOffset: clock.offsetMilliseconds,
            segments: segments,
            lives: builder.lives
        )
    }

    private mutating func take(_ operation: Operation, _ plan: TablePlan) {
        watch.note(operation, plan)
        if let segment = builder.add(operation, shape: plan.shape) { segments.append(segment) }
        operations.append(operation)
    }
}
