public import ChangeLog

/// How far the hub's backups are: `linli_backed_up(site) → number`. Stores keep at least what is not in one.
extension HubReplica {
    /// A backup was made that holds the change logs up to these numbers.
    public func noteBackup(_ reach: [HubBackup.Reach], nowMilliseconds: Int64) throws(ReplicaError) {
        try transact(nowMilliseconds) { hub, _ in
            let put = try hub.sql.statement(
                """
                INSERT INTO linli_backed_up (site, number) VALUES (?1, ?2)
                ON CONFLICT DO UPDATE SET number = max(number, excluded.number)
                """
            )
            for one in reach {
                guard let site = hub.sites[one.site] else { continue }
                try put.bind(1, site.id).bind(2, min(one.number, site.number).number).run()
            }
        }
    }

    /// Through which number the site's change log is in a backup; nil when the hub knows of none.
    public func backedUp(_ site: SiteID) throws(ReplicaError) -> ChangesetNumber? {
        try inspect { hub in
            guard let known = hub.sites[site] else { return nil }
            let number = try hub.sql.statement("SELECT number FROM linli_backed_up WHERE site = ?1").bind(1, known.id)
                .firstInteger()
            return number.map { ChangesetNumber($0) }
        }
    }
}

extension HubReplica {
    /// How far each site's change log is in this replica now.
    package func reach() throws(ReplicaError) -> [HubBackup.Reach] {
        try writer.use { sql in try HubBackup.sitesReached(sql) }
    }
}
