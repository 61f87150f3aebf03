import ChangeLog

/// The hub's journal of what it received: `linli_journal`, an entry a changeset, and `linli_certificate`, the
/// certificates whose keys signed. Written in the transaction that merges, so that neither is ever ahead of the other.
///
///     linli_journal(site, number) → entry          `JournalEntry`; sites by their number in linli_site
///     linli_certificate(id) → site, der            as the store showed it when it signed
///
/// Law: entries are only ever appended.
final class JournalTable {
    static let definition = """
        CREATE TABLE linli_journal (
          site INTEGER NOT NULL, number INTEGER NOT NULL, entry BLOB NOT NULL, PRIMARY KEY (site, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE linli_certificate (id INTEGER PRIMARY KEY, site INTEGER NOT NULL, der BLOB NOT NULL) STRICT
        """

    private struct Shown {
        var id: Int64
        var der: [UInt8]
    }

    private let sql: SQL
    private let insert: Statement
    /// The certificate that each site last signed with.
    private var shown: [Int64: Shown] = [:]

    init(_ sql: SQL) throws(ReplicaError) {
        self.sql = sql
        insert = try sql.statement("INSERT INTO linli_journal (site, number, entry) VALUES (?1, ?2, ?3)")
    }

    func append(
        _ header: ChangesetHeader,
        hash: ChangesetHash,
        of site: HubSite,
        proof: ChangesetProof?,
        receivedAt: Int64
    ) throws(ReplicaError) {
        let entry = JournalEntry(
            header,
            hash: hash,
            receivedAt: receivedAt,
            signature: proof?.signature,
            certificate: try proof.map { proof throws(ReplicaError) in try id(of: proof.certificate, site) } ?? 0
        )
        try insert.bind(1, site.id).bind(2, header.number.number).bind(3, .blob(entry.bytes)).run()
    }

    private func id(of certificate: [UInt8], _ site: HubSite) throws(ReplicaError) -> Int64 {
        if let last = shown[site.id], last.der == certificate { return last.id }
        let known = try sql.statement("SELECT id FROM linli_certificate WHERE site = ?1 AND der = ?2")
            .bind(1, site.id).bind(2, .blob(certificate)).firstInteger()
        let id: Int64
        if let known {
            id = known
        } else {
            id = (try sql.statement("SELECT max(id) FROM linli_certificate").firstInteger() ?? 0) + 1
            try sql.statement("INSERT INTO linli_certificate (id, site, der) VALUES (?1, ?2, ?3)")
                .bind(1, id).bind(2, site.id).bind(3, .blob(certificate)).run()
        }
        shown[site.id] = Shown(id: id, der: certificate)
        return id
    }
}
