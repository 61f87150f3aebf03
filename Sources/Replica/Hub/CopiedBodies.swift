import ChangeLog

/// What sites brought along from the site that they are copies of.
///
/// Two copies of one replica share what it had not handed in, and each numbers it anew as its own. The bodies stay as they
/// are, stamps included, so a body that another copy brought along is the same writes: it is merged once. Facts would be
/// known again by their keys; deltas of counters would count twice.
///
/// Law: a site's changesets from before it joined are the first of its change log.
struct CopiedBodies {
    /// A store's clock may be so far ahead of the hub's.
    private static let slackMilliseconds: Int64 = 60_000

    /// By store, the bodies and by which of its sites they came.
    private var known: [NodeName: [ChangesetHash: Int64]] = [:]

    /// Whether a changeset may be from before its site joined: few are, so the rest costs one comparison.
    static func mayBeBrought(_ stampMax: Stamp, by site: HubSite) -> Bool {
        stampMax.milliseconds <= site.joinedAt + slackMilliseconds
    }

    /// Whether another site of the store brought the same along; if not, this one did.
    mutating func isKnown(_ header: ChangesetHeader, of site: HubSite, _ hub: HubWriter) throws(ReplicaError) -> Bool {
        guard header.operations > 0, Self.mayBeBrought(header.stampMax, by: site) else { return false }
        var bodies: [ChangesetHash: Int64]
        if let known = known[site.store] { bodies = known } else { bodies = try Self.read(of: site.store, hub) }
        defer { known[site.store] = bodies }
        if let other = bodies[header.bodyHash] { return other != site.id }
        bodies[header.bodyHash] = site.id
        return false
    }

    private static func read(of store: NodeName, _ hub: HubWriter) throws(ReplicaError) -> [ChangesetHash: Int64] {
        var bodies: [ChangesetHash: Int64] = [:]
        for site in hub.sites.sites(of: store) {
            let row = try hub.sql.statement("SELECT number, entry FROM linli_journal WHERE site = ?1 ORDER BY number")
                .bind(1, site.id)
            defer { row.reset() }
            while try row.step() {
                let entry: JournalEntry
                // A damaged one says nothing; the audit names it.
                do {
                    entry = try JournalEntry(row.bytes(1), site: site.site, number: ChangesetNumber(row.integer(0)))
                } catch { continue }
                guard mayBeBrought(entry.stampMax, by: site) else { break }
                if bodies[entry.bodyHash] == nil { bodies[entry.bodyHash] = site.id }
            }
        }
        return bodies
    }
}
