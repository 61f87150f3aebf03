import ChangeLog
import Foundation
import Rehearsal
import Testing
import Trust

extension ProcessTests {
    @Suite("What a store pushes")
    struct SigningStory {
        @Test("is merged only with the store's signature; the journal keeps it, and shows a changed byte")
        func signed() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                for number in 1...3 {
                    try world.till("north").write("INSERT INTO fact(id, by) VALUES (?, 'north')", Value("n\(number)"))
                    try world.network.settle()
                }
                try world.kill("north")
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('unsigned', 'north')")
                let (directory, port) = (world.network.data("north"), world.network.hubPort)

                // Whoever has the store's replica and certificate, and signs nothing, has nothing merged.
                let silent = try await RogueStore.push(directory: directory, hubPort: port, sign: nil)
                #expect(silent == .answered(acknowledged: ChangesetNumber(3)))
                #expect(try world.till("hub").number("SELECT count(*) FROM fact WHERE id = 'unsigned'") == 0)
                #expect(try world.status("hub")["refused_pushes"] as? Int == 0)

                // With another key the session ends, and is counted.
                let other = NodeKey()
                let wrong = try await RogueStore.push(directory: directory, hubPort: port) { try other.sign($0) }
                guard case .ended(let why) = wrong else {
                    Issue.record("the hub went on: \(wrong)")
                    return
                }
                #expect(why.contains("is not that of this store's key"))
                #expect(try world.till("hub").number("SELECT count(*) FROM fact WHERE id = 'unsigned'") == 0)
                #expect(try world.status("hub")["refused_pushes"] as? Int == 1)

                try await world.start("north")
                try world.expectAgreement()
                #expect(try world.till("hub").number("SELECT count(*) FROM fact WHERE id = 'unsigned'") == 1)
                try Self.expectReceipt(world)
                try Self.expectAudit(world)
            }
        }

        /// A receipt of the hub is checked elsewhere, with the authority's certificate and without.
        private static func expectReceipt(_ world: World) throws {
            let binary = world.network.binary
            let receipt = try world.network.command("hub", "receipt", "north", "2", on: "hub")
            let file = world.network.directory + "/receipt.json"
            try receipt.write(toFile: file, atomically: true, encoding: .utf8)
            let authority = world.network.data("south") + "/keys/authority.crt"
            let checked = try CommandRun.output(binary, ["receipt", "check", file, "--authority", authority])
            #expect(checked.contains("2 of store north"))
            _ = try CommandRun.output(binary, ["receipt", "check", file, "--json"])
            let late = receipt.replacingOccurrences(of: "\"received_ms\":1", with: "\"received_ms\":2")
            try late.write(toFile: file, atomically: true, encoding: .utf8)
            let refused = try CommandRun(binary, ["receipt", "check", file, "--authority", authority])
            #expect(refused.status == 1)
            #expect(refused.errors.contains("the hub's signature is not over this statement"), "\(refused.errors)")
            let absent = try CommandRun(
                binary,
                ["hub", "receipt", "north", "999", "--data", world.network.data("hub")]
            )
            #expect(absent.status == 2)
        }

        /// The audit is content, says so in JSON, and after one byte has changed names the entry.
        private static func expectAudit(_ world: World) throws {
            let text = try world.network.command("hub", "audit", "--json", on: "hub")
            let sites = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
            #expect(sites.map { $0["store"] as? String } == ["north", "south"])
            #expect(sites.allSatisfy { $0["fault"] == nil })
            let count = try #require(sites[0]["changesets"] as? Int)
            #expect(count >= 4)
            #expect(sites[0]["signed"] as? Int == count)
            let change = """
                UPDATE linli_journal SET entry = CAST(substr(entry, 1, 29)
                  || CASE WHEN substr(entry, 30, 1) = X'3F' THEN X'40' ELSE X'3F' END || substr(entry, 31) AS BLOB)
                WHERE site = (SELECT id FROM linli_site WHERE store = 'north') AND number = 2
                """
            try world.till("hub").write(change)
            let audit = try CommandRun(
                world.network.binary,
                ["hub", "audit", "--data", world.network.data("hub")]
            )
            #expect(audit.status == 1)
            #expect(audit.errors.contains("damaged at changeset 2 of store north"), "\(audit.errors)")
        }
    }
}
