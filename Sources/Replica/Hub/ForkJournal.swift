import ChangeLog

extension HubWriter {
    /// What the hub has of a site after `number`, as far as a copy that has sealed `sealed` can have the same.
    func history(
        of site: HubSite,
        after number: ChangesetNumber,
        sealed: ChangesetNumber
    ) throws(ReplicaError) -> ForkHistory {
        let after = min(number, site.number)
        let row = try sql.statement(
            """
            SELECT number, entry FROM linli_journal WHERE site = ?1 AND number > ?2 AND number <= ?3
            ORDER BY number LIMIT ?4
            """
        )
        .bind(1, site.id).bind(2, after.number).bind(3, sealed.number).bind(4, ForkHistory.entriesMax)
        defer { row.reset() }
        var history = ForkHistory(after: after, entries: [])
        while try row.step() {
            let number = ChangesetNumber(row.integer(0))
            // A gap or a damaged entry: what follows it cannot be compared, and counts as not seen.
            guard number.number == after.number + Int64(history.entries.count) + 1 else { break }
            do {
                let entry = try JournalEntry(row.bytes(1), site: site.site, number: number)
                history.entries.append(ForkHistory.Entry(hash: entry.hash, stampMax: entry.stampMax))
            } catch { break }
        }
        return history
    }
}
