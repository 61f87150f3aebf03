import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A case that a person must see to")
    struct ExceptionStory {
        /// A parcel that was sent to two people, with the trace of who saw to it.
        private static let schema = """
            schema: parcels
            version: 1
            currency: CNY
            tables:
              parcel:
                scope: {store: store_id}
                writer: any
                key: [id]
                columns:
                  id:        {type: id}
                  store_id:  {type: text}
                  called_at: {type: time, merge: first}
                  given_at:  {type: time, merge: first}
                  weight:    {type: integer}
              settlement:
                scope: {store: store_id}
                immutable: true
                writer: any
                key: [id]
                columns:
                  id:         {type: id}
                  exception:  {type: text, required: true}
                  subject:    {type: text, required: true}
                  since:      {type: time, required: true}
                  store_id:   {type: text}
                  note:       {type: text}
                  settled_by: {type: text}
                  settled_at: {type: time, required: true}
            views:
              exception_called_and_given: >-
                SELECT p.id AS subject, p.store_id, max(p.called_at, p.given_at) AS since, p.weight FROM parcel p
                WHERE p.called_at IS NOT NULL AND p.given_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM settlement s
                WHERE s.exception = 'called_and_given' AND s.subject = p.id AND s.since >= max(p.called_at, p.given_at))
            """

        @Test("is listed with its age at both ends, and settled with a trace that replicates")
        func settled() async throws {
            try await World.run(stores: ["north"], schema: Self.schema) { world in
                try world.till("north").write("INSERT INTO parcel(id, store_id, weight) VALUES ('p', 'north', 7)")
                try world.network.settle()
                try world.cut("north")
                try world.till("hub").write("UPDATE parcel SET called_at = 1000 WHERE id = 'p'")
                try world.till("north").write("UPDATE parcel SET given_at = 2000 WHERE id = 'p'")
                #expect(try world.network.command("exceptions", on: "north") == "no exceptions")
                try world.heal("north")
                try world.expectAgreement()
                for node in world.nodes {
                    let listed = try Self.list(node, in: world)
                    #expect(listed.count == 1)
                    #expect(listed.first?["exception"] as? String == "called_and_given")
                    #expect(listed.first?["subject"] as? String == "p" && listed.first?["store"] as? String == "north")
                    #expect(listed.first?["since"] as? Int == 2_000)
                    #expect((listed.first?["age_ms"] as? Int ?? 0) > 1_000_000)
                    #expect((listed.first?["row"] as? [String: Any])?["weight"] as? Int == 7)
                    #expect(try world.status(node)["exceptions"] as? Int == 1)
                }
                let text = try world.network.command("exceptions", on: "hub")
                #expect(text.contains("called_and_given") && text.contains("weight=7"), "\(text)")

                for (words, status, said) in [
                    (["called_and_given", "q"], 1, "no open case 'q'"), (["lost", "p"], 2, "called_and_given"),
                ] as [([String], Int32, String)] {
                    let run = try CommandRun(
                        world.network.binary,
                        ["exceptions", "settle"] + words + ["--data", world.network.data("north")]
                    )
                    #expect(run.status == status && run.errors.contains(said), "\(run.errors)")
                }
                _ = try world.network.command(
                    "exceptions",
                    "settle",
                    "called_and_given",
                    "p",
                    "--note",
                    "refunded",
                    "--by",
                    "li",
                    on: "north"
                )
                try world.expectAgreement()
                for node in world.nodes { #expect(try Self.list(node, in: world).isEmpty) }
                try world.expectSame(
                    "SELECT exception, subject, since, store_id, note, settled_by FROM settlement",
                    [
                        ["called_and_given", "p", "2000", "north", "refunded", "li"].map {
                            $0 == "2000" ? 2000 : Value($0)
                        }
                    ]
                )
            }
        }

        private static func list(_ node: String, in world: World) throws -> [[String: Any]] {
            let text = try world.network.command("exceptions", "--json", on: node)
            return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        }
    }
}
