import ChangeLog

extension HubWriter {
    /// What the hub has of a site, as far as a copy that has sealed `sealed` can have the same: from where both certainly
    /// agree, or, if what the copy takes for acknowledged is another changeset here, from long before.
    ///
    /// An image of a site that was made in its present session, and sealed anew beyond the hub's number, has a tag and
    /// numbers that fit: it learns that it is one only when its next changeset does not follow, and until then takes the
    /// hub's changesets for its own.
    func history(of site: HubSite, _ facts: SessionFacts) throws(ReplicaError) -> ForkHistory {
        let told = min(facts.acknowledged, site.number)
        var after = told
        if facts.acknowledged <= site.number, let entry = try journalEntry(told, of: site),
            entry.hash != facts.acknowledgedHash
        {
            after = ChangesetNumber(max(told.number - Int64(ForkHistory.entriesMax), 0))
        }
        return try history(of: site, after: after, sealed: facts.sealed)
    }

    private func journalEntry(_ number: ChangesetNumber, of site: HubSite) throws(ReplicaError) -> JournalEntry? {
        let row = try sql.statement("SELECT entry FROM linli_journal WHERE site = ?1 AND number = ?2")
            .bind(1, site.id).bind(2, number.number)
        defer { row.reset() }
        guard try row.step() else { return nil }
        // A damaged one says nothing.
        do { return try JournalEntry(row.bytes(0), site: site.site, number: number) } catch { return nil }
    }

    /// What the hub has of a site after `number`.
    private func history(
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
