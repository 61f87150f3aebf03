public import ChangeLog

/// What the journal has to show for one changeset: its header, those of the changesets after it up to the first that is
/// signed, and that signature.
public struct JournalProof: Hashable, Sendable {
    public var network: String
    public var store: NodeName
    public var site: SiteID
    /// When the hub merged it, milliseconds since 1970 UTC.
    public var receivedAt: Int64
    /// The changeset's own first; each is chained to the one before it.
    public var headers: [ChangesetHeader]
    public var proof: ChangesetProof

    public enum Absence: Error, Hashable, Sendable, CustomStringConvertible {
        case stranger(NodeName)
        case noSite(SiteID, NodeName)
        case notReceived(ChangesetNumber, NodeName, last: ChangesetNumber)
        case notSigned(ChangesetNumber, NodeName)

        public var description: String {
            switch self {
            case .stranger(let store): "the hub knows no store \(store); `linli hub stores` lists those that there are"
            case .noSite(let site, let store): "store \(store) has no site \(site); `linli hub audit` lists the sites"
            case .notReceived(let number, let store, let last):
                "the hub has no changeset \(number) of store \(store); it has 1 to \(last) of this site"
            case .notSigned(let number, let store):
                "no signature covers changeset \(number) of store \(store) yet; ask again after its next push"
            }
        }
    }

    /// More than a push window holds changesets.
    private static let headersMax = 8_192

    /// Reads a hub's files, with its daemon or without.
    ///
    /// - Parameter site: nil for the store's present one.
    /// - Throws: `Absence`, `ReplicaError`.
    public static func read(
        directory: String,
        store: NodeName,
        number: ChangesetNumber,
        site: SiteID?
    ) throws -> JournalProof {
        let facts = try NodeFacts.read(directory: directory)
        guard facts.role.isHub else { throw ReplicaError.wrongRole(file: directory, is: "store", wanted: "hub") }
        let connection = try Connection(path: StoreReplica.replicaPath(directory), pragmas: ReplicaPragmas.reader)
        let found = try connection.read { sql in
            try search(sql, network: facts.network, store: store, number: number, site: site)
        }
        try connection.close()
        return try found.get()
    }

    private static func search(
        _ sql: SQL,
        network: String,
        store: NodeName,
        number: ChangesetNumber,
        site: SiteID?
    ) throws -> Result<JournalProof, Absence> {
        let isKnown = try sql.statement("SELECT count(*) FROM linli_store WHERE store = ?1").bind(1, store.text)
            .firstInteger()
        guard isKnown == 1 else { return .failure(.stranger(store)) }
        // The present site stands in the registry of stores; without one, the last that there was.
        let row = try sql.statement(
            """
            SELECT id, site, number FROM linli_site WHERE store = ?1 AND (?2 IS NULL OR site = ?2)
            ORDER BY state = 'active' DESC, id DESC LIMIT 1
            """
        ).bind(1, store.text)
        if let site { row.bind(2, site.description) } else { row.bindNull(2) }
        defer { row.clear() }
        guard try row.step(), let found = SiteID(row.string(1)) else {
            return .failure(site.map { .noSite($0, store) } ?? .notReceived(number, store, last: .none))
        }
        let (id, last) = (row.integer(0), ChangesetNumber(row.integer(2)))
        guard number > .none, number <= last else { return .failure(.notReceived(number, store, last: last)) }
        let entries = try self.entries(sql, id: id, site: found, from: number)
        guard let first = entries.first, let signed = entries.last, let signature = signed.signature else {
            return .failure(.notSigned(number, store))
        }
        guard
            let certificate = try sql.statement("SELECT der FROM linli_certificate WHERE id = ?1")
                .bind(1, signed.certificate).firstBytes()
        else { throw ReplicaError.damaged(what: "the journal: the certificate of changeset \(signed.number)") }
        var previous = try before(sql, id: id, site: found, number)
        var headers: [ChangesetHeader] = []
        for entry in entries {
            headers.append(entry.header(after: previous))
            previous = entry.hash
        }
        return .success(
            JournalProof(
                network: network,
                store: store,
                site: found,
                receivedAt: first.receivedAt,
                headers: headers,
                proof: ChangesetProof(signature: signature, certificate: certificate)
            )
        )
    }

    /// The hash of the changeset before this one.
    private static func before(
        _ sql: SQL,
        id: Int64,
        site: SiteID,
        _ number: ChangesetNumber
    ) throws -> ChangesetHash {
        let before = ChangesetNumber(number.number - 1)
        guard before > .none else { return .none }
        let bytes = try sql.statement("SELECT entry FROM linli_journal WHERE site = ?1 AND number = ?2")
            .bind(1, id).bind(2, before.number).firstBytes()
        guard let bytes else { throw ReplicaError.damaged(what: "the journal: entry \(before)") }
        return try entry(bytes, site: site, before).hash
    }

    /// The entries from one on, through the first that is signed, as far as there is one.
    private static func entries(
        _ sql: SQL,
        id: Int64,
        site: SiteID,
        from number: ChangesetNumber
    ) throws -> [JournalEntry] {
        let rows = try sql.statement(
            "SELECT number, entry FROM linli_journal WHERE site = ?1 AND number >= ?2 ORDER BY number LIMIT ?3"
        ).bind(1, id).bind(2, number.number).bind(3, headersMax)
        defer { rows.reset() }
        var entries: [JournalEntry] = []
        while try rows.step() {
            let next = try entry(rows.bytes(1), site: site, ChangesetNumber(rows.integer(0)))
            entries.append(next)
            if next.signature != nil { break }
        }
        return entries
    }

    private static func entry(
        _ bytes: [UInt8],
        site: SiteID,
        _ number: ChangesetNumber
    ) throws(ReplicaError) -> JournalEntry {
        do { return try JournalEntry(bytes, site: site, number: number) } catch {
            throw .damaged(what: "the journal: entry \(number), which `linli hub audit` looks at;")
        }
    }
}
