import ChangeLog

/// The greatest number that each site told to have sealed: `linli_sealed`. What lies between it and what is merged is
/// what the hub knows that it never received.
///
/// Law: numbers only grow, and the transaction that follows what a site told writes them.
final class SealedNumbers {
    private let sql: SQL
    /// As they stand in the table.
    private var known: [Int64: ChangesetNumber] = [:]

    /// Files of an earlier version get it when they are opened.
    static let definition = """
        CREATE TABLE IF NOT EXISTS linli_sealed (site INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
        """

    init(_ sql: SQL) { self.sql = sql }

    func raise(_ site: HubSite, to number: ChangesetNumber) throws(ReplicaError) {
        guard number > known[site.id] ?? .none else { return }
        try sql.statement(
            """
            INSERT INTO linli_sealed (site, number) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET number = max(number, excluded.number)
            """
        ).bind(1, site.id).bind(2, number.number).run()
        known[site.id] = number
    }

    /// By the site's number in `linli_site`. Empty also in a file that no program of this version opened for writing.
    func all() throws(ReplicaError) -> [Int64: ChangesetNumber] {
        let isThere = try sql.statement("SELECT count(*) FROM sqlite_schema WHERE name = 'linli_sealed'").firstInteger()
        guard isThere == 1 else { return [:] }
        let rows = try sql.statement("SELECT site, number FROM linli_sealed")
        var numbers: [Int64: ChangesetNumber] = [:]
        while try rows.step() { numbers[rows.integer(0)] = ChangesetNumber(rows.integer(1)) }
        known = numbers
        return numbers
    }
}
