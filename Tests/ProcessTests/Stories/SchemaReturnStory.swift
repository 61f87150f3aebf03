import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Schema versions of a hub that is lost")
    struct SchemaReturnStory {
        private static let first = """
            schema: notes
            version: 1
            currency: CNY
            tables:
              note:
                scope: network
                writer: any
                key: [id]
                columns:
                  id: {type: id}
                  text: {type: text}
            """

        /// A column and a table more.
        private static let second =
            first.replacingOccurrences(of: "version: 1", with: "version: 2") + """

                      added: {type: text}
                  late:
                    scope: network
                    writer: any
                    key: [id]
                    columns:
                      id: {type: id}
                      text: {type: text}
                """

        @Test("come back from a store that took them over, with what was written under them at the hub and at stores")
        func comeBack() async throws {
            try await World.run(stores: ["north", "south"], schema: Self.first) { world in
                let backup = world.network.directory + "/hub.backup"
                try world.till("hub").write("INSERT INTO note(id, text) VALUES ('old', 'before')")
                try world.network.settle()
                _ = try world.network.command("hub", "backup", backup, on: "hub")
                // South is away for all of it.
                try world.cut("south")
                let file = world.network.directory + "/second.yaml"
                try Self.second.write(toFile: file, atomically: true, encoding: .utf8)
                _ = try world.network.command("hub", "schema", "apply", file, on: "hub")
                try world.till("hub").write("UPDATE note SET added = 'hub' WHERE id = 'old'")
                try world.till("hub").write("INSERT INTO late(id, text) VALUES ('h', 'at the hub')")
                try world.network.settle(["north"])
                try world.till("north").write("INSERT INTO late(id, text) VALUES ('n', 'at the store')")
                try world.network.settle(["north"])
                try world.kill("hub")
                try world.till("north").write("UPDATE late SET text = 'later' WHERE id = 'h'")
                try world.till("south").write("INSERT INTO note(id, text) VALUES ('s', 'under the first')")

                try await world.replaceHubDisk(from: backup)
                try world.network.settle(["north"])
                try world.heal("south")
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT id, text, added FROM note ORDER BY id",
                    [[Value("old"), Value("before"), Value("hub")], [Value("s"), Value("under the first"), .null]]
                )
                try world.expectSame(
                    "SELECT id, text FROM late ORDER BY id",
                    [[Value("h"), Value("later")], [Value("n"), Value("at the store")]]
                )
                for node in ["hub", "north", "south"] {
                    let schema = try #require(try world.status(node)["schema"] as? [String: Any])
                    #expect(schema["version"] as? Int == 2, "\(node)")
                }
                try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["hub"], [[0]])
            }
        }
    }
}
