import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("An outbox carried by hand")
    struct SneakernetStory {
        @Test("is merged exactly once, whatever also comes by the network, with daemons running and stopped")
        func carried() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                try world.network.settle()
                try world.cut("north")
                try Self.sell(world, "north", 1...20)

                // The daemon of the store runs, and so does the hub's.
                let first = try world.network.command("store", "export-outbox", Self.file(world, "first"), on: "north")
                #expect(first.contains("of store north"))
                #expect(try Self.imported(world, "first") == 20)
                try world.expectSame("SELECT sum FROM thing", at: ["hub"], [[20]])
                #expect(try Self.imported(world, "first") == 0)

                // More is sold, and goes both ways at once.
                try Self.sell(world, "north", 21...30)
                _ = try world.network.command("store", "export-outbox", Self.file(world, "second"), on: "north")
                try world.heal("north")
                _ = try Self.imported(world, "second")
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[30]])
                try world.expectSame("SELECT count(*) FROM fact", [[30]])

                // Both daemons are stopped.
                try world.kill("south")
                try Self.sell(world, "south", 31...40)
                _ = try world.network.command("store", "export-outbox", Self.file(world, "third"), on: "south")
                try world.kill("hub")
                // Nobody sealed between the sales: they are one changeset.
                #expect(try Self.imported(world, "third") == 1)
                try await world.start("hub")
                try await world.start("south")
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[40]])
                try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["hub"], [[0]])
                _ = try world.network.command("hub", "audit", on: "hub")

                // Nothing is left to export, and the file that is there stays.
                let nothing = try Self.run(world, ["store", "export-outbox", Self.file(world, "none")], "south")
                #expect(nothing.status == 1)
                #expect(!FileManager.default.fileExists(atPath: Self.file(world, "none")))
            }
        }

        @Test("that is damaged, foreign or out of order is refused in one line, and nothing of it is merged")
        func refused() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                try world.network.settle()
                try world.cut("north")
                try Self.sell(world, "north", 1...5)
                _ = try world.network.command("store", "export-outbox", Self.file(world, "good"), on: "north")
                let good = try Data(contentsOf: URL(fileURLWithPath: Self.file(world, "good")))

                var chance = Chance("damaged outbox files")
                var files: [Data] = [Data(), Data("linli outbox 1\n".utf8), Data("another file\n".utf8), good + good]
                for _ in 0..<12 {
                    files.append(good.prefix(Int.random(in: 1..<good.count, using: &chance)))
                    var flipped = good
                    flipped[Int.random(in: 0..<good.count, using: &chance)] ^=
                        1 << UInt8.random(in: 0..<8, using: &chance)
                    files.append(flipped)
                }
                for bytes in files {
                    try bytes.write(to: URL(fileURLWithPath: Self.file(world, "bad")))
                    let run = try Self.run(world, ["hub", "import", Self.file(world, "bad")], "hub")
                    #expect(run.status == 2 || run.status == 77, "\(run.status): \(run.errors)")
                    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
                    #expect(try world.till("hub").number("SELECT count(*) FROM fact") == 0)
                }
                try Self.expectForeign(world)

                // A file that begins later than the hub's last is out of order.
                let number = try #require(try world.status("north")["acknowledged"] as? Int) + 2
                _ = try world.network.command(
                    "store",
                    "export-outbox",
                    Self.file(world, "late"),
                    "--from",
                    "\(number)",
                    on: "north"
                )
                let late = try Self.run(world, ["hub", "import", Self.file(world, "late")], "hub")
                #expect(late.status == 2)
                #expect(late.errors.contains("is due"))

                #expect(try Self.imported(world, "good") == 5)
                #expect(try Self.imported(world, "late") == 0)
                try world.heal("north")
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[5]])
            }
        }

        @Test("of a store that was retired is merged only when the operator says so, and then once")
        func retired() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                try world.network.settle()
                try world.cut("north")
                try Self.sell(world, "north", 1...5)
                try world.kill("north")
                _ = try world.network.command("store", "export-outbox", Self.file(world, "dead"), on: "north")
                try world.kill("hub")
                // As an operator's command leaves it.
                try world.till("hub").write([
                    ("UPDATE linli_store SET state = 'retired'", []),
                    ("UPDATE linli_site SET state = 'retired' WHERE id <> 0", []),
                ])
                try await world.start("hub")
                let without = try Self.run(world, ["hub", "import", Self.file(world, "dead")], "hub")
                #expect(without.status == 77)
                #expect(without.errors.contains("--from-retired"))
                #expect(try world.till("hub").number("SELECT count(*) FROM fact") == 0)
                for _ in 0..<2 {
                    _ = try world.network.command(
                        "hub",
                        "import",
                        Self.file(world, "dead"),
                        "--from-retired",
                        on: "hub"
                    )
                    try world.expectSame("SELECT sum FROM thing", at: ["hub"], [[5]])
                }
            }
        }

        /// Another network's file is not taken, whatever its store is called.
        private static func expectForeign(_ world: World) throws {
            let binary = world.network.binary
            let other = world.network.directory + "/other-hub"
            _ = try CommandRun.output(
                binary,
                ["hub", "init", "--data", other, "--name", "rehearsal", "--address", "127.0.0.1:1"]
            )
            let run = try CommandRun(binary, ["hub", "import", file(world, "good"), "--data", other])
            #expect(run.status == 77, "\(run.status): \(run.errors)")
            #expect(run.errors.contains("another network"))
        }

        private static func sell(_ world: World, _ store: String, _ numbers: ClosedRange<Int>) throws {
            let till = try world.till(store)
            for number in numbers {
                try till.write([
                    ("INSERT INTO fact(id, by) VALUES (?, ?)", [Value("\(store)-\(number)"), Value(store)]),
                    ("UPDATE thing SET sum = sum + 1 WHERE id = 'count'", []),
                ])
                // A changeset each, so that there is an order to keep.
                _ = try run(world, ["wait", "--timeout", "1ms"], store)
            }
        }

        private static func file(_ world: World, _ name: String) -> String {
            "\(world.network.directory)/\(name).outbox"
        }

        private static func run(_ world: World, _ words: [String], _ node: String) throws -> CommandRun {
            try CommandRun(world.network.binary, words + ["--data", world.network.data(node)])
        }

        /// How many changesets of the file the hub did not have.
        private static func imported(_ world: World, _ name: String) throws -> Int {
            let text = try world.network.command("hub", "import", file(world, name), "--json", on: "hub")
            let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            return try #require(report["imported"] as? Int)
        }
    }
}
