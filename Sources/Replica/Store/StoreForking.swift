public import ChangeLog
import NetworkSchema

/// A replica that was copied, or restored from a backup: it becomes a new site, and keeps what the hub has not seen.
///
/// 1. The hub's history of the old site says how far both agree. What lies beyond is this replica's own.
/// 2. Own changesets are numbered anew, from 1, as the new site's; their bodies stay as they are. What nobody has seen may
///    still be restamped.
/// 3. The hub may have some of it already: writes that were captured and not sealed when the copy was made were sealed by
///    the other one too, with others; and a second copy brings along what the first did. The hub knows them by their
///    marks (`CaptureMark`), and takes each once.
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
            let sent = ChangesetNumber(max(min(state.sent, state.last).number - common.number, 0))
            let kept = try log.write { sql in
                let kept = try relabel(after: common, as: newSite, sql)
                try LogTable(sql).begin(anewAs: newSite, former: site, sent: sent)
                try StagedTable(sql).removeAll()
                return kept
            }
            state.time.renumber(after: common)
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
        _ sql: SQL
    ) throws -> Int {
        let (old, fresh) = (ChangesetTable(sql, site: site), ChangesetTable(sql, site: newSite))
        try old.removeAll(through: common)
        var number = common.next
        var kept = ChangesetNumber.none
        var hash = ChangesetHash.none
        while number <= state.last {
            guard var header = try old.header(number) else { throw ReplicaError.trimmed(number: number.number) }
            (header.site, header.number, header.previous) = (newSite, kept.next, hash)
            hash = ChangesetBuilder.hash(of: header)
            try fresh.renumber(number, as: header, hash: hash)
            kept = kept.next
            number = number.next
        }
        return Int(kept.number)
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
