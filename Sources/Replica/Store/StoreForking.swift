public import ChangeLog
import NetworkSchema

/// A replica that was copied, or restored from a backup: it becomes a new site, and keeps what the hub has not seen.
///
/// 1. The hub's history of the old site says how far both agree. What lies beyond is this replica's own.
/// 2. Own changesets are numbered anew, from 1, as the new site's; their bodies stay as they are.
/// 3. The first of them may hold what the hub has already: writes that were captured and not yet sealed when the copy
///    was made were sealed by the other one too, in its changeset of that number, with the same stamps. If that changeset
///    ends with one of these writes, all up to it are the hub's, and left out. If a daemon sealed them when it started,
///    they may be: then facts are said again, and known by their keys, and plain deltas at or below the stamp are left
///    out. Otherwise all was written here: of two that run at once, stamps of the one are below the other's by chance.
/// 4. The state is read from the hub anew, with the own changesets on top.
///
///     changes.db: new site, former site ──commit──▶ linli.db: new site, from nothing ──commit──▶ done
///
/// Law: after a crash between the two commits the second is done when the files are opened.
extension StoreReplica {
    public enum Forking: Hashable, Sendable {
        /// All that the history names is the same here; there is more: ask again from its end.
        case askAgain
        /// The replica is the new site; so many changesets were kept as its own.
        case newSite(kept: Int)
    }

    /// - Parameters:
    ///   - site: drawn at random by the caller; used when it comes to a new site.
    public func fork(
        _ history: ForkHistory,
        as newSite: SiteID,
        wallMilliseconds: Int64
    ) throws(ReplicaError) -> Forking {
        try guarded { () throws(ReplicaError) in
            _ = try sealCaptured(wallMilliseconds: wallMilliseconds)
            let common = try lastCommon(history)
            let matched = Int(common.number - history.after.number)
            if matched == ForkHistory.entriesMax, common < state.last {
                state.outboxBases.acknowledged(through: common)
                state.acknowledged = common
                state.isAheadOfLog = true
                return .askAgain
            }
            let seen = matched >= 0 && matched < history.entries.count ? history.entries[matched].stampMax : nil
            let kept = try log.write { sql in
                let kept = try relabel(after: common, as: newSite, seen: seen, sql)
                try StartingSeals(sql).removeAll()
                try LogTable(sql).begin(anewAs: newSite, former: site)
                try StagedTable(sql).removeAll()
                return kept
            }
            // Whatever memory holds is the old site's.
            isSettled = false
            state.isAheadOfLog = false
            try step(.siteTaken)
            try settle()
            return .newSite(kept: kept)
        }
    }

    private func lastCommon(_ history: ForkHistory) throws(ReplicaError) -> ChangesetNumber {
        let (site, last, acknowledged) = (site, state.last, state.acknowledged)
        return try log.read { sql in
            let changesets = ChangesetTable(sql, site: site)
            var common = min(history.after, acknowledged)
            for entry in history.entries {
                let next = common.next
                guard next <= last else { break }
                // What is kept no more was acknowledged long ago, and is the hub's.
                let hash = try changesets.hash(next)
                guard hash == entry.hash || hash == nil && next <= acknowledged else { break }
                common = next
            }
            return common
        }
    }

    /// Numbers what follows `common` from 1, in place, and drops the rest.
    private func relabel(
        after common: ChangesetNumber,
        as newSite: SiteID,
        seen: Stamp?,
        _ sql: SQL
    ) throws -> Int {
        let (old, fresh) = (ChangesetTable(sql, site: site), ChangesetTable(sql, site: newSite))
        try old.removeAll(through: common)
        var number = common.next
        var kept = ChangesetNumber.none
        var hash = ChangesetHash.none
        while number <= state.last {
            guard var header = try old.header(number) else { throw ReplicaError.trimmed(number: number.number) }
            if number == common.next, let seen { try leaveOut(upTo: seen, of: &header, old) }
            if header.operations == 0 {
                try old.remove(number)
            } else {
                (header.site, header.number, header.previous) = (newSite, kept.next, hash)
                hash = ChangesetBuilder.hash(of: header)
                try fresh.renumber(number, as: header, hash: hash)
                kept = kept.next
            }
            number = number.next
        }
        return Int(kept.number)
    }

    /// What of a changeset the hub has under the same number, of another box.
    private enum Overlap {
        case nothing
        /// All that is stamped no later.
        case everything
        /// Perhaps all that is stamped no later, so that only what is known again by its key may be said twice.
        case unknown
    }

    private func overlap(of number: ChangesetNumber, with seen: Stamp, _ changesets: ChangesetTable) throws -> Overlap {
        var isLastOfTheirs = false
        var place = 0
        try changesets.eachSegment(of: number) { bytes in
            var reader = SegmentReader(bytes, place: place)
            while let operation = try reader.next() { isLastOfTheirs = isLastOfTheirs || operation.stamp == seen }
            place = reader.place
        }
        if isLastOfTheirs { return .everything }
        return try StartingSeals(changesets.sql).has(number) ? .unknown : .nothing
    }

    /// A write that is not known again by its key: a counter's or a right's, which is no effect of a fact.
    private func isPlainDelta(_ operation: Operation) -> Bool {
        switch operation.kind {
        case .grant: true
        case .insert, .delete: false
        case .update: operation.cause == nil && operation.mask & plan.tables[operation.table].counterMask != 0
        }
    }

    /// Writes a changeset without the operations that the hub has seen.
    private func leaveOut(
        upTo seen: Stamp,
        of header: inout ChangesetHeader,
        _ changesets: ChangesetTable
    ) throws {
        let overlap = try overlap(of: header.number, with: seen, changesets)
        if case .nothing = overlap { return }
        var builder = ChangesetBuilder(
            site: header.site,
            number: header.number,
            previous: header.previous,
            base: header.base,
            schemaVersion: header.schemaVersion
        )
        var segments: [SealedChangeset.Segment] = []
        var place = 0
        // Where each operation goes; nil for one that is left out.
        var places: [Int?] = []
        try changesets.eachSegment(of: header.number) { bytes in
            var reader = SegmentReader(bytes, place: place)
            while var operation = try reader.next(), let shape = reader.shape {
                if operation.stamp <= seen, overlap == .everything || isPlainDelta(operation) {
                    places.append(nil)
                    continue
                }
                operation.cause = operation.cause.flatMap { places[$0] }
                places.append(builder.operations)
                if let segment = builder.add(operation, shape: shape) { segments.append(segment) }
            }
            place = reader.place
        }
        guard builder.operations < header.operations else { return }
        try changesets.removeSegments(of: header.number)
        let (last, shorter, _) = builder.finish()
        if let last { segments.append(last) }
        for (part, segment) in segments.enumerated() { try changesets.append(segment, of: header.number, part: part) }
        header = shorter
    }

    /// The site that the two files speak of: after a crash in the middle of a fork, linli.db follows changes.db.
    static func settledSite(_ writer: Connection, _ log: Connection, site: SiteID) throws(ReplicaError) -> SiteID {
        let record = try log.read { sql in try LogTable(sql).read() }
        guard let record, record.site != site, record.formerSite == site else { return site }
        try writer.write { sql in
            let settings = Settings(sql)
            try settings.put(site: record.site)
            try settings.put(.formerSite, site.description)
            try CommittedBase.start.write(to: settings)
            let applied = try AppliedTable(sql).read()
            try AppliedTable(sql).write(AppliedTable.Record(times: applied.times, sealed: .none, carried: nil))
        }
        return record.site
    }
}
