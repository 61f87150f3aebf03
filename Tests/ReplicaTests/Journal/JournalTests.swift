import ChangeLog
import Testing

@testable import Replica

@Suite("The hub's journal")
struct JournalTests {
    /// Signs by writing the hash twice; the certificate is the store's name.
    private static func witness(_ store: NodeName, _ proof: ChangesetProof, _ hash: ChangesetHash) -> String? {
        if proof.certificate != Array(store.text.utf8) { return "its certificate is another's" }
        return proof.signature.bytes == hash.bytes + hash.bytes ? nil : "its signature is another's"
    }

    private static func proof(_ author: Author, _ hash: ChangesetHash) throws -> ChangesetProof {
        ChangesetProof(
            signature: try #require(ChangesetSignature(hash.bytes + hash.bytes)),
            certificate: Array(author.store.text.utf8)
        )
    }

    /// Two stores, of which each pushed four changesets; the second and the last are signed.
    private func world() throws -> HubWorld {
        let world = try HubWorld()
        for name in ["nanjing-1", "nanjing-2"] {
            let author = try world.join(name)
            for number in 1...4 {
                world.now += 1_000
                let row = try author.insert("basket", ["id": text("\(name)-\(number)"), "store_id": text(name)])
                var changeset = try author.changeset([row])
                if number % 2 == 0 { changeset.proof = try Self.proof(author, changeset.header.hash) }
                let report = try world.hub.merge([changeset], nowMilliseconds: world.now)
                #expect(report.outcomes == [.merged(through: ChangesetNumber(Int64(number)))])
            }
        }
        return world
    }

    private func findings(_ world: HubWorld) throws -> [JournalFinding] {
        try world.application.read { sql in try JournalAudit(sql: sql, witness: Self.witness).findings() }
    }

    /// Does something to the file, looks, and takes it back.
    private func findings(_ world: HubWorld, after change: (SQL) throws -> Void) throws -> [JournalFinding] {
        struct TakenBack: Error {}
        var found: [JournalFinding] = []
        do {
            try world.application.use { sql in
                try sql.transaction("BEGIN IMMEDIATE") { sql in
                    try change(sql)
                    found = try JournalAudit(sql: sql, witness: Self.witness).findings()
                    throw TakenBack()
                }
            }
        } catch {}
        return found
    }

    private func entries(_ world: HubWorld) throws -> [(site: Int64, number: Int64, entry: [UInt8])] {
        try world.application.read { sql in
            let rows = try sql.statement("SELECT site, number, entry FROM linli_journal ORDER BY site, number")
            var entries: [(Int64, Int64, [UInt8])] = []
            while try rows.step() { entries.append((rows.integer(0), rows.integer(1), rows.bytes(2))) }
            return entries
        }
    }

    @Test("is good when nothing was touched, and small")
    func good() throws {
        let world = try world()
        let found = try findings(world)
        #expect(found.map(\.entries) == [4, 4])
        #expect(found.map(\.signed.number) == [4, 4])
        #expect(found.allSatisfy { $0.fault == nil })
        for (_, number, entry) in try entries(world) {
            #expect(entry.count <= (number % 2 == 0 ? 180 : 116), "\(entry.count) bytes")
        }
        #expect(try JournalAudit.run(directory: world.directory, witness: Self.witness) == found)
    }

    @Test("names the entry in which one byte of history was changed, whichever byte it is")
    func everyByte() throws {
        let world = try world()
        for (site, number, entry) in try entries(world) {
            for place in entry.indices {
                var changed = entry
                changed[place] ^= 1 << UInt8(place % 8)
                let found = try findings(world) { sql in
                    try sql.statement("UPDATE linli_journal SET entry = ?3 WHERE site = ?1 AND number = ?2")
                        .bind(1, site).bind(2, number).bind(3, .blob(changed)).run()
                }
                let faults = found.map { $0.fault?.number.number }
                #expect(faults == (1...2).map { $0 == site ? number : nil }, "byte \(place) of \(site).\(number)")
            }
        }
    }

    @Test("names the place of an entry that is gone, moved, or too many")
    func places() throws {
        let world = try world()
        let cases: [(String, Int64)] = [
            ("DELETE FROM linli_journal WHERE site = 1 AND number = 1", 1),
            ("DELETE FROM linli_journal WHERE site = 1 AND number = 3", 3),
            ("DELETE FROM linli_journal WHERE site = 1 AND number = 4", 4),
            ("UPDATE linli_journal SET number = 7 WHERE site = 1 AND number = 2", 2),
            ("UPDATE linli_journal SET site = 2, number = 5 WHERE site = 1 AND number = 4", 4),
            ("INSERT INTO linli_journal SELECT site, 5, entry FROM linli_journal WHERE site = 1 AND number = 4", 5),
            ("UPDATE linli_site SET number = 3 WHERE id = 1", 4),
            ("UPDATE linli_site SET hash = zeroblob(32) WHERE id = 1", 4),
            ("UPDATE linli_certificate SET der = CAST('nanjing-X' AS BLOB) WHERE site = 1", 2),
            ("DELETE FROM linli_certificate WHERE site = 1", 2),
        ]
        for (change, number) in cases {
            let found = try findings(world) { sql in try sql.execute(change) }
            #expect(found.first?.fault?.number.number == number, "\(change): \(String(describing: found.first?.fault))")
        }
    }

    @Test("finds a forger who knows how checks and hashes are made, by the store's signature")
    func forger() throws {
        let world = try world()
        let site = try #require(try findings(world).first?.site)
        let found = try findings(world) { sql in
            var previous = ChangesetHash.none
            for number in Int64(1)...4 {
                let bytes = try sql.statement("SELECT entry FROM linli_journal WHERE site = 1 AND number = ?1")
                    .bind(1, number).firstBytes()
                let entry = try JournalEntry(try #require(bytes), site: site, number: ChangesetNumber(number))
                var header = entry.header(after: previous)
                if number == 1 { header.operations += 1 }
                previous = header.hash
                let forged = JournalEntry(
                    header,
                    hash: header.hash,
                    receivedAt: entry.receivedAt,
                    signature: entry.signature,
                    certificate: entry.certificate
                )
                try sql.statement("UPDATE linli_journal SET entry = ?2 WHERE site = 1 AND number = ?1")
                    .bind(1, number).bind(2, .blob(forged.bytes)).run()
            }
        }
        // The first is covered by the signature of the second.
        #expect(found.first?.fault == .init(number: ChangesetNumber(2), what: "its signature is another's"))
    }

    @Test("has an entry also for a changeset that could not be read, and none for one that was refused")
    func unreadable() throws {
        let world = try HubWorld()
        let author = try world.join("nanjing-1")
        let bad = try author.changeset([[0xff]], operations: 1)
        #expect(
            try world.hub.merge([bad], nowMilliseconds: world.now).outcomes == [.merged(through: ChangesetNumber(1))]
        )
        var forked = try author.changeset([])
        forked.header.previous = .none
        #expect(try world.hub.merge([forked], nowMilliseconds: world.now).outcomes == [.forked])
        let found = try findings(world)
        #expect(found.map(\.entries) == [1])
        #expect(found.map(\.signed.number) == [0])
        #expect(found.first?.fault == nil)
    }
}
