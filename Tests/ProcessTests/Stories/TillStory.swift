import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A till at a store")
    struct TillStory {
        private static let waitMillisecondsMax = 250

        @Test("waits for no statement longer than 250 ms while a round of 50,000 rows is applied")
        func largeRound() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.cut("north")
                try world.shell("hub").run(
                    """
                    BEGIN IMMEDIATE;
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
                    INSERT INTO thing(id, said, high, low, sum) SELECT 'thing-' || i, 'word ' || i, i, -i, i FROM n;
                    COMMIT;
                    """
                )
                try world.network.settle(["south"])
                let till = try Self.till(world, begin: "BEGIN IMMEDIATE")
                try await till.said(20)
                try world.heal("north")
                try world.network.settle()
                let lines = try till.stop()
                #expect(try world.till("north").number("SELECT count(*) FROM thing WHERE id LIKE 'thing-%'") == 50_000)
                try Self.expectQuick(lines)
                try world.expectAgreement()
                #expect(try world.till("hub").number("SELECT count(*) FROM fact") == Int64(lines.count - 1))
            }
        }

        @Test("that begins deferred transactions, reads, and then writes, is hardly ever told that the file is busy")
        func deferred() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                let till = try Self.till(world, begin: "BEGIN")
                let neighbour = try PythonClient(
                    """
                    till = connect()
                    number = 0
                    while not stopping():
                        number += 1
                        till.execute("INSERT INTO fact(id, by) VALUES (?, 'south')", (f"south-{number}",))
                        say(number)
                        time.sleep(0.05)
                    """,
                    replica: world.network.replica("south"),
                    ledger: "\(world.network.directory)/neighbour.txt"
                )
                try await till.said(400)
                let lines = try till.stop()
                _ = try neighbour.stop()
                let busy = lines.last?.split(separator: " ").last.flatMap { Int($0) } ?? .max
                #expect(busy * 20 < lines.count, "\(busy) of \(lines.count) were busy")
                try Self.expectQuick(lines)
                try world.expectAgreement()
            }
        }

        @Test(
            "may hold a write transaction open for seconds, or a read transaction for longer, and all goes on after it"
        )
        func holdsTransactions() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                let reader = try PythonClient(
                    """
                    till = connect()
                    till.execute("BEGIN")
                    before = till.execute("SELECT count(*) FROM fact").fetchone()[0]
                    say("reading")
                    while not stopping(): time.sleep(0.01)
                    say("same", till.execute("SELECT count(*) FROM fact").fetchone()[0] == before)
                    till.execute("COMMIT")
                    """,
                    replica: world.network.replica("north"),
                    ledger: "\(world.network.directory)/reader.txt"
                )
                try await reader.said(1)
                let writer = try PythonClient(
                    """
                    till = connect()
                    till.execute("BEGIN IMMEDIATE")
                    till.execute("INSERT INTO fact(id, by) VALUES ('slow', 'north')")
                    say("writing")
                    time.sleep(3)
                    till.execute("COMMIT")
                    say("committed")
                    """,
                    replica: world.network.replica("north"),
                    ledger: "\(world.network.directory)/writer.txt"
                )
                try await writer.said(1)
                // The hub's news come while neither lock nor snapshot is free.
                try world.till("hub").write("INSERT INTO fact(id, by) VALUES ('news', 'hub')")
                #expect(try writer.finish().lines == ["writing", "committed"])
                try world.network.settle()
                try world.expectSame("SELECT id FROM fact ORDER BY id", [[Value("news")], [Value("slow")]])
                #expect(try reader.stop() == ["reading", "same True"])
                try world.expectAgreement()
            }
        }

        @Test("may write before the daemon has ever run, and while it is down, and through other names of the file")
        func beforeTheDaemon() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try await world.network.joinStore("south", region: "town")
                let early = try world.till("south")
                try early.write("INSERT INTO fact(id, by) VALUES ('early', 'south')")
                try await world.start("south")
                try world.network.settle()
                try world.network.daemon("south").stop()
                try early.write("INSERT INTO fact(id, by) VALUES ('down', 'south')")
                try await world.start("south")
                // From a database of its own, to which the replica is attached.
                let attached = try SQLiteShell(
                    replica: "\(world.network.directory)/own.db"
                ).run(
                    """
                    ATTACH '\(world.network.replica("south"))' AS store;
                    BEGIN IMMEDIATE;
                    INSERT INTO store.fact(id, by) VALUES ('attached', 'south');
                    COMMIT;
                    """
                )
                #expect(attached.status == 0, "\(attached.errors)")
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT id FROM fact ORDER BY id",
                    [[Value("attached")], [Value("down")], [Value("early")]]
                )
            }
        }

        /// Writes facts, one a transaction, measuring each statement; says the slowest of each, and at the end how often
        /// the file was busy. For how long the till, or a thread of the daemon, was ready to run and got no processor
        /// does not count: that is the machine's doing.
        private static func till(_ world: World, begin: String) throws -> PythonClient {
            try PythonClient(
                """
                def starved():
                    # By thread, in seconds so far (the second number of schedstat is in nanoseconds).
                    found = {}
                    for process in (os.getpid(), \(world.network.daemon("north").identifier)):
                        for thread in os.listdir(f"/proc/{process}/task"):
                            try:
                                with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                                    found[process, thread] = int(file.read().split()[1]) / 1e9
                            except (FileNotFoundError, ProcessLookupError): pass
                    return found
                def withheld(before, after):
                    most = {}
                    for (process, thread), seconds in after.items():
                        seconds -= before.get((process, thread), 0)
                        most[process] = max(most.get(process, 0), seconds)
                    return sum(most.values())
                till = connect()
                number = busy = 0
                while not stopping():
                    number += 1
                    slowest = 0
                    before = starved()
                    for sql, values in (("\(begin)", ()), ("SELECT count(*) FROM head", ()),
                            ("INSERT INTO fact(id, by) VALUES (?, 'north')", (f"fact-{number}",)), ("COMMIT", ())):
                        began = time.monotonic()
                        try:
                            till.execute(sql, values).fetchall()
                        except sqlite3.OperationalError as error:
                            if "locked" not in str(error): raise
                            busy += 1
                            till.execute("ROLLBACK")
                            number -= 1
                            break
                        slowest = max(slowest, time.monotonic() - began)
                    else:
                        if slowest > 0.1: slowest = max(slowest - withheld(before, starved()), 0)
                        say("ms", int(slowest * 1000))
                    time.sleep(0.002)
                say("busy", busy)
                """,
                replica: world.network.replica("north"),
                ledger: "\(world.network.directory)/till.txt"
            )
        }

        private static func expectQuick(_ lines: [String]) throws {
            let slowest = lines.filter { $0.hasPrefix("ms ") }.compactMap { Int($0.dropFirst(3)) }.max()
            let waited = try #require(slowest)
            #expect(waited <= waitMillisecondsMax, "a statement took \(waited) ms")
        }
    }
}
