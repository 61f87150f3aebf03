import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The examples in the documents")
    struct DocumentStory {
        @Test("do what the text says, as they stand there")
        func examples() async throws {
            try await World.run(stores: ["jade-street"]) { world in
                let (store, replica) = ("jade-street", world.network.replica("jade-street"))
                try Self.stock(world)
                let taste = try Self.block("README.md", "A taste, in any SQLite client", "sql")
                let tasted = try world.shell(store).run(taste)
                #expect(tasted.status != 0 && tasted.errors.contains("linli: no rights: stock.available"))
                try world.expectSame("SELECT on_hand FROM stock WHERE sku = 'soy-milk'", at: [store], [[98_000]])
                try world.expectSame("SELECT count(*) FROM customer_order", at: [store], [[1]])

                let shell = try world.shell(store).run(Self.block("docs/sql.md", "The shell", "sql"))
                #expect(shell.status == 0 && shell.output.hasPrefix("soy-milk|96000|"), "\(shell)")

                let python = try Self.block("docs/sql.md", "Python", "python")
                    .replacingOccurrences(of: "/var/lib/linli/linli.db", with: replica)
                #expect(try CommandRun.output("/usr/bin/env", ["python3", "-c", python]) == "sold out here")
                try world.expectSame("SELECT on_hand FROM stock WHERE sku = 'soy-milk'", at: [store], [[94_000]])

                let before = try Self.rights(world.till(store))
                let grant = try world.shell(store).run(Self.block("docs/sql.md", "Counters, and rights", "sql"))
                #expect(grant.status == 0, "\(grant.errors)")
                #expect(try Self.rights(world.till(store)) == before - 5_000)
                try world.expectAgreement()
                try world.expectSame("SELECT count(*) FROM sale", [[3]])
            }
        }

        @Test(
            "sell from Java too",
            .enabled(if: JavaTill.isHere, "needs java with its compiler and libxerial-sqlite-jdbc-java")
        )
        func java() async throws {
            try await World.run(stores: ["jade-street"]) { world in
                let replica = world.network.replica("jade-street")
                try Self.stock(world)
                let example = try Self.block("docs/sql.md", "JDBC", "java")
                    .replacingOccurrences(of: "/var/lib/linli/linli.db", with: replica)
                #expect(try JavaTill.run(example, in: "\(world.network.directory)/java") == "sold out here")
                try world.network.settle()
                try world.expectSame("SELECT sku, quantity FROM sale_line", [[Value("soy-milk"), 2_000]])
                try world.expectAgreement()
            }
        }

        /// Soy milk is there; the last cake is sold.
        private static func stock(_ world: World) throws {
            for (sku, units) in [("soy-milk", Int64(100_000)), ("last-cake", 0)] {
                try world.till("hub").write("INSERT INTO product(sku, name) VALUES (?, 'a name')", Value(sku))
                try world.till("jade-street").write(
                    "INSERT INTO stock(store_id, sku, on_hand, available) VALUES ('jade-street', ?, ?, ?)",
                    Value(sku),
                    .integer(units),
                    .integer(units)
                )
            }
            try world.network.settle()
        }

        /// Units of soy milk that the store may promise.
        private static func rights(_ till: Till) throws -> Int64 {
            try till.number(
                """
                SELECT units FROM linli_rights WHERE "table" = 'stock' AND node = 'jade-street'
                  AND "key" = json_array('jade-street', 'soy-milk')
                """
            )
        }

        /// The first block of code in a language under a heading.
        private static func block(_ document: String, _ heading: String, _ language: String) throws -> String {
            let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let text = String(decoding: try Data(contentsOf: package.appendingPathComponent(document)), as: UTF8.self)
            let under = try #require(text.range(of: "\n## \(heading)\n"), "no heading \(heading)")
            let begin = try #require(text[under.upperBound...].range(of: "\n```\(language)\n"), "no \(language)")
            let end = try #require(text[begin.upperBound...].range(of: "\n```"))
            return text[begin.upperBound..<end.lowerBound] + "\n"
        }
    }
}
