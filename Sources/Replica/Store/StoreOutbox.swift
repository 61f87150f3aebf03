public import ChangeLog

/// The way up: what the hub has not acknowledged, and what it may ask for again.
extension StoreReplica {
    /// Segments from part `part` of changeset `number` on, over changesets, each with its header, ending with the first
    /// at which the sum of their bytes and `partBytesExtra` each reaches `bytesMax`. Empty: nothing more is sealed.
    public func parts(
        from number: ChangesetNumber,
        part: Int,
        bytesMax: Int,
        partBytesExtra: Int = 0
    ) throws(ReplicaError) -> [OutboxPart] {
        try guarded { () throws(ReplicaError) in
            guard number <= state.last else { return [] }
            return try log.read { sql in
                let parts = try ChangesetTable(sql, site: site)
                    .parts(from: number, part: part, bytesMax: bytesMax, partBytesExtra: partBytesExtra)
                if let last = parts.last?.number { state.sent = max(state.sent, last) }
                return parts
            }
        }
    }

    /// The hub has everything up to `number` on its disk. A hub that was restored from a backup may say less than it
    /// once did; it is believed.
    public func acknowledged(through number: ChangesetNumber) throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            guard number <= state.last else {
                throw .refusedFeed("it acknowledges changeset \(number), and this site has sealed \(state.last)")
            }
            guard number != state.acknowledged else { return }
            if number < state.acknowledged {
                var bases = BaseLadder()
                try log.read { sql in
                    try ChangesetTable(sql, site: site).bases(after: number) { bases.sealed($0, base: $1) }
                }
                state.outboxBases = bases
            } else {
                state.outboxBases.acknowledged(through: number)
            }
            state.acknowledged = number
            state.isAheadOfLog = true
        }
    }

    /// Changesets not acknowledged; captured writes that are not sealed count as one more.
    public func outboxCount() throws(ReplicaError) -> Int {
        let after = state.sealedThrough
        let isUnsealed = try client.use { sql in try StoreCaptures(sql).hasAny(after: after) }
        return Int(state.last.number - state.acknowledged.number) + (isUnsealed ? 1 : 0)
    }

    /// The hash of a changeset that is still kept.
    public func hash(of number: ChangesetNumber) throws(ReplicaError) -> ChangesetHash? {
        if number == .none { return ChangesetHash.none }
        return try log.read { sql in try ChangesetTable(sql, site: site).hash(number) }
    }

    /// Drops changesets that the hub's state included long ago, and that are in its last backup if it makes any, and captures that are sealed. To be called now and
    /// then while nobody sells: trimming captures takes the write lock for a few milliseconds.
    ///
    /// - Returns: whether there is more to drop.
    public func tidy(wallMilliseconds: Int64) throws(ReplicaError) -> Bool {
        try guarded { () throws(ReplicaError) in
            let dropped = try log.write { sql in
                try catchUp(sql)
                try ReceivedChunks(sql).drop(before: wallMilliseconds - StoreLimits.keptMilliseconds)
                let included = min(state.base.included, ChangesetNumber(state.acknowledged.number - 1))
                if mistakes.contains(.forgetChangesets) {
                    return try ChangesetTable(sql, site: site)
                        .trim(through: included, orSealedBefore: wallMilliseconds, upTo: included)
                }
                return try ChangesetTable(sql, site: site).trim(
                    through: ChangesetNumber(state.last.number - StoreLimits.keptChangesets),
                    orSealedBefore: wallMilliseconds - StoreLimits.keptMilliseconds,
                    upTo: min(included, try BackupTable(sql, site: site).read() ?? included)
                )
            }
            state.isAheadOfLog = false
            let through = state.sealedThrough
            let isMore = try writer.use { sql in
                // Nothing to do is found out without the lock.
                guard try StoreCaptures(sql).hasMany(through: through) else { return false }
                return try sql.transaction("BEGIN IMMEDIATE") { sql in try StoreCaptures(sql).trim(through: through) }
            }
            return isMore || dropped == StoreLimits.trimmedChangesetsMax
        }
    }
}
