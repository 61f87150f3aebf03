import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A hub that is lost, and restored from a backup")
    struct BackupStory {
        @Test("gets back from its stores everything that it had acknowledged since, exactly once")
        func lostAndRestored() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                try world.network.settle()
                try Self.sell(world, 1...10)
                try world.network.settle()
                let backup = world.network.directory + "/hub.backup"
                _ = try world.network.command("hub", "backup", backup, on: "hub")
                #expect(try Self.mode(backup) == 0o600)

                // Acknowledged by a hub that is about to be lost.
                try Self.sell(world, 11...20)
                try world.network.settle()
                try world.cut("south")
                try Self.sell(world, 21...25)
                try world.network.settle(["north"])
                try world.expectSame("SELECT sum FROM thing", at: ["hub"], [[45]])

                try world.kill("hub")
                try world.reopenTill("hub")
                try FileManager.default.removeItem(atPath: world.network.data("hub"))
                _ = try world.network.command("hub", "restore", backup, on: "hub")
                try Self.expectKeysHidden(world)
                try await world.start("hub")
                try world.heal("south")
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[50]])
                try world.expectSame("SELECT count(*), count(DISTINCT id) FROM fact", [[50, 50]])
                try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["hub"], [[0]])
                try world.expectSame("SELECT count(*) FROM linli_conflict", at: ["hub"], [[0]])
                _ = try world.network.command("hub", "audit", on: "hub")

                // And it goes on.
                try Self.sell(world, 26...30)
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[60]])
            }
        }

        @Test(
            "gets everything back too when it was backed up, and lost, in the middle of the sales",
            .enabled(if: PythonClient.isThere, Comment(rawValue: PythonClient.missing))
        )
        func underLoad() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                try world.network.settle()
                try world.reopenTill("hub")
                let writers = try world.stores.map { store in
                    try PythonClient(
                        Self.writer,
                        replica: world.network.replica(store),
                        ledger: "\(world.network.directory)/ledger-\(store).txt"
                    )
                }
                let backups = (1...3).map { "\(world.network.directory)/hub-\($0).backup" }
                for backup in backups {
                    try await Task.sleep(for: .milliseconds(400))
                    _ = try world.network.command("hub", "backup", backup, on: "hub")
                }
                try await Task.sleep(for: .milliseconds(400))
                try world.kill("hub")
                try FileManager.default.removeItem(atPath: world.network.data("hub"))
                // Not even the last one.
                _ = try world.network.command("hub", "restore", backups[1], on: "hub")
                try await world.start("hub")
                try await Task.sleep(for: .milliseconds(400))
                let ledgers = try writers.map { try $0.stop() }
                try world.expectAgreement()
                for (store, ledger) in zip(world.stores, ledgers) {
                    #expect(ledger.count > 50, "\(store)'s writer wrote \(ledger.count) facts")
                    try world.expectSame(
                        "SELECT id FROM fact WHERE by = '\(store)' ORDER BY id",
                        ledger.sorted().map { [Value($0)] }
                    )
                }
                let sum = Int64(ledgers.reduce(0) { $0 + $1.count })
                try world.expectSame("SELECT sum FROM thing", [[.integer(sum)]])
                _ = try world.network.command("hub", "audit", on: "hub")
            }
        }

        /// One fact and one count in each transaction; a line once SQLite said that it is committed.
        private static let writer = """
            till = connect()
            till.execute("PRAGMA synchronous = NORMAL")
            node = till.execute("SELECT node FROM linli_node").fetchone()[0]
            number = 0
            while not stopping():
                number += 1
                fact = f"{node}-{number:06}"
                till.execute("BEGIN IMMEDIATE")
                till.execute("INSERT INTO fact(id, by) VALUES (?, ?)", (fact, node))
                till.execute("UPDATE thing SET sum = sum + 1 WHERE id = 'count'")
                till.execute("COMMIT")
                say(fact)
                time.sleep(0.002)

            """

        @Test("is not written over unless one insists, and then what was there is kept")
        func kept() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.till("hub").write("INSERT INTO thing(id, sum) VALUES ('count', 0)")
                try world.network.settle()
                let (binary, data) = (world.network.binary, world.network.data("hub"))
                let backup = world.network.directory + "/hub.backup"
                _ = try world.network.command("hub", "backup", backup, on: "hub")
                let again = try CommandRun(binary, ["hub", "backup", backup, "--data", data])
                #expect(again.status == 2 && again.errors.contains("another file"), "\(again.errors)")
                let running = try CommandRun(binary, ["hub", "restore", backup, "--data", data, "--force"])
                #expect(running.status == 74, "\(running.errors)")

                try world.kill("hub")
                let unforced = try CommandRun(binary, ["hub", "restore", backup, "--data", data])
                #expect(unforced.status == 2 && unforced.errors.contains("--force"), "\(unforced.errors)")
                let store = try CommandRun(
                    binary,
                    ["hub", "restore", world.network.replica("north"), "--data", data, "--force"]
                )
                #expect(store.status == 2, "\(store.errors)")
                var damaged = try Data(contentsOf: URL(fileURLWithPath: backup))
                damaged.replaceSubrange(8_192..<12_288, with: Data(repeating: 0x5a, count: 4_096))
                let broken = world.network.directory + "/broken.backup"
                try damaged.write(to: URL(fileURLWithPath: broken))
                let refused = try CommandRun(binary, ["hub", "restore", broken, "--data", data, "--force"])
                #expect(refused.status == 74, "\(refused.status): \(refused.errors)")
                #expect(!FileManager.default.fileExists(atPath: data + "/replaced-1"))

                try world.reopenTill("hub")
                let forced = try CommandRun.output(binary, ["hub", "restore", backup, "--data", data, "--force"])
                #expect(forced.contains("replaced-1"))
                #expect(FileManager.default.fileExists(atPath: data + "/replaced-1/linli.db"))
                #expect(FileManager.default.fileExists(atPath: data + "/replaced-1/keys/authority.key"))
                try await world.start("hub")
                try world.expectAgreement()
            }
        }

        private static func sell(_ world: World, _ numbers: ClosedRange<Int>) throws {
            for store in world.stores {
                for number in numbers {
                    try world.till(store).write([
                        ("INSERT INTO fact(id, by) VALUES (?, ?)", [Value("\(store)-\(number)"), Value(store)]),
                        ("UPDATE thing SET sum = sum + 1 WHERE id = 'count'", []),
                    ])
                }
            }
        }

        private static func mode(_ path: String) throws -> Int {
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            return try #require(facts[.posixPermissions] as? Int)
        }

        /// The keys are where they belong, for their owner only, and left no trace in the replica.
        private static func expectKeysHidden(_ world: World) throws {
            let data = world.network.data("hub")
            for name in ["authority.key", "node.key"] {
                let file = "\(data)/keys/\(name)"
                #expect(try mode(file) == 0o600)
                let key = try Data(contentsOf: URL(fileURLWithPath: file))
                let line = key.split(separator: UInt8(ascii: "\n"))[1]
                for replica in ["linli.db", "linli.db-wal"]
                where FileManager.default.fileExists(atPath: "\(data)/\(replica)") {
                    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(data)/\(replica)"))
                    #expect(bytes.range(of: line) == nil, "\(name) in \(replica)")
                }
            }
        }
    }
}
