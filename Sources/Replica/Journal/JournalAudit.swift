public import ChangeLog

/// What the audit found of one site's journal.
public struct JournalFinding: Hashable, Sendable {
    /// The first entry that is not as it was written, and what is wrong with it.
    public struct Fault: Hashable, Sendable {
        public var number: ChangesetNumber
        public var what: String
    }

    public var site: SiteID
    public var store: NodeName
    /// `active`, `fenced` or `retired`.
    public var state: String
    /// Entries that were found in order and right.
    public var entries: Int64
    /// Through this number a signature of the store vouches for the chain.
    public var signed: ChangesetNumber
    /// nil: every entry is as it was written.
    public var fault: Fault?
}

/// Says whether a store signed a hash with the key of a certificate; what is wrong with the one or the other, nil when
/// nothing is.
public typealias JournalWitness = (_ store: NodeName, ChangesetProof, ChangesetHash) -> String?

/// Checks a hub's journal from end to end, in one snapshot, with or without its daemon: numbers without gaps, each
/// entry's own check, the chain of hashes, the signatures, and that it ends where the registry of sites does.
public struct JournalAudit {
    private struct Site {
        var id: Int64
        var site: SiteID
        var store: NodeName
        var state: String
        var number: ChangesetNumber
        var hash: ChangesetHash
    }

    let sql: SQL
    let witness: JournalWitness

    /// - Returns: one finding a site, in the order in which they joined. Entries of a site that the registry does not
    ///   have are a fault of the journal's own and thrown as `ReplicaError.damaged`.
    public static func run(
        directory: String,
        witness: @escaping JournalWitness
    ) throws(ReplicaError) -> [JournalFinding] {
        let facts = try NodeFacts.read(directory: directory)
        guard facts.role.isHub else { throw .wrongRole(file: directory, is: "store", wanted: "hub") }
        let connection = try Connection(path: StoreReplica.replicaPath(directory), pragmas: ReplicaPragmas.reader)
        let findings = try connection.read { sql in try JournalAudit(sql: sql, witness: witness).findings() }
        try connection.close()
        return findings
    }

    func findings() throws -> [JournalFinding] {
        var findings: [JournalFinding] = []
        for site in try sites() { findings.append(try finding(of: site)) }
        let strange = try sql.statement(
            "SELECT site FROM linli_journal WHERE site NOT IN (SELECT id FROM linli_site) LIMIT 1"
        ).firstInteger()
        if let strange {
            throw ReplicaError.damaged(what: "the journal: it has entries of a site \(strange) that never was;")
        }
        return findings
    }

    private func sites() throws(ReplicaError) -> [Site] {
        let rows = try sql.statement(
            "SELECT id, site, store, state, number, hash FROM linli_site WHERE id <> 0 ORDER BY id"
        )
        defer { rows.reset() }
        var sites: [Site] = []
        while try rows.step() {
            guard let site = SiteID(rows.string(1)), let store = NodeName(rows.string(2)),
                let hash = ChangesetHash(rows.bytes(5))
            else { throw ReplicaError.damaged(what: "linli_site") }
            sites.append(
                Site(
                    id: rows.integer(0),
                    site: site,
                    store: store,
                    state: rows.string(3),
                    number: ChangesetNumber(rows.integer(4)),
                    hash: hash
                )
            )
        }
        return sites
    }

    private func finding(of site: Site) throws -> JournalFinding {
        var finding = JournalFinding(
            site: site.site,
            store: site.store,
            state: site.state,
            entries: 0,
            signed: .none,
            fault: nil
        )
        let rows = try sql.statement("SELECT number, entry FROM linli_journal WHERE site = ?1 ORDER BY number")
            .bind(1, site.id)
        defer { rows.reset() }
        var last = (number: ChangesetNumber.none, hash: ChangesetHash.none)
        while try rows.step() {
            let number = rows.integer(0)
            guard number == last.number.next.number else {
                finding.fault = .init(number: last.number.next, what: "the entry is missing; the next is \(number)")
                return finding
            }
            let at = ChangesetNumber(number)
            do {
                let entry = try JournalEntry(rows.bytes(1), site: site.site, number: at)
                if let what = try fault(of: entry, after: last.hash, site) {
                    finding.fault = .init(number: at, what: what)
                    return finding
                }
                if entry.signature != nil { finding.signed = at }
                last = (at, entry.hash)
                finding.entries += 1
            } catch let error as MalformedBytes {
                finding.fault = .init(number: at, what: "the entry is damaged: \(error.what)")
                return finding
            }
        }
        if last.number != site.number || last.hash != site.hash {
            let number = last.number < site.number ? last.number.next : last.number
            finding.fault = .init(
                number: number,
                what: "the journal ends at \(last.number) (\(last.hash)), the registry of sites at \(site.number) "
                    + "(\(site.hash))"
            )
        }
        return finding
    }

    private func fault(of entry: JournalEntry, after previous: ChangesetHash, _ site: Site) throws -> String? {
        guard entry.header(after: previous).hash == entry.hash else {
            return "it does not follow the entry before it"
        }
        guard let signature = entry.signature else { return nil }
        let certificate = try sql.statement("SELECT der FROM linli_certificate WHERE id = ?1 AND site = ?2")
            .bind(1, entry.certificate).bind(2, site.id).firstBytes()
        guard let certificate else { return "the certificate that signed it is missing" }
        return witness(site.store, ChangesetProof(signature: signature, certificate: certificate), entry.hash)
    }
}
