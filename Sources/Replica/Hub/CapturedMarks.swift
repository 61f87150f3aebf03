import ChangeLog

/// The marks of captured writes that the hub has, by the site that handed them in: `linli_captured(mark, site)`.
///
/// Two replicas that were one share what was captured before they parted, and each may hand it in: sealed before the
/// copy was made, or after, by each together with other writes. What one site of a store has handed in is taken from no
/// other of its sites.
///
/// Law: written in the transaction that merges; never trimmed, like the journal: an image of any age may come back.
/// Marks begin with their time, so new ones are appended at the end of the table.
final class CapturedMarks {
    static let definition = """
        CREATE TABLE IF NOT EXISTS linli_captured (
          mark INTEGER NOT NULL, site INTEGER NOT NULL, PRIMARY KEY (mark, site)
        ) STRICT, WITHOUT ROWID;
        """

    private let insert: Statement
    private let select: Statement

    init(_ sql: SQL) throws(ReplicaError) {
        insert = try sql.statement("INSERT INTO linli_captured (mark, site) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        select = try sql.statement("SELECT site FROM linli_captured WHERE mark = ?1 AND site <> ?2")
    }

    func note(_ mark: CaptureMark, of site: HubSite) throws(ReplicaError) {
        try insert.bind(1, mark.raw).bind(2, site.id).run()
    }

    /// The sites that handed the mark in, beside `site`.
    func others(with mark: CaptureMark, than site: HubSite) throws(ReplicaError) -> [Int64] {
        let row = select.bind(1, mark.raw).bind(2, site.id)
        defer { row.reset() }
        var sites: [Int64] = []
        while try row.step() { sites.append(row.integer(0)) }
        return sites
    }
}

extension HubWriter {
    /// Whether another site of the same store handed in the captured writes of this mark.
    func isKnown(_ mark: CaptureMark, of site: HubSite) throws(ReplicaError) -> Bool {
        guard !mistakes.contains(.forgetCaptures) else { return false }
        return try captures.others(with: mark, than: site).contains { sites[$0].store == site.store }
    }
}
