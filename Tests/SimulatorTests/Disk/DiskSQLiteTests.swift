import SplitMix
import Foundation
import Simulator
import Testing

@testable import Replica

@Suite("SQLite on a simulated disk")
struct DiskSQLiteTests {
    /// Random statements by two connections; what they answer.
    private func work(path: String, _ journal: DiskWork.Journal, seed: UInt64) throws -> [String] {
        var random = SplitMix64(seed: seed)
        var answers: [String] = []
        let work = DiskWork(path: path)
        // Pages smaller than a block, and as large.
        let pageBytes = seed % 2 == 0 ? 1024 : 4096
        let connections = [
            try work.open(journal, synchronous: "FULL", pageBytes: pageBytes),
            try work.open(journal, synchronous: "NORMAL"),
        ]
        try work.create(connections[0])
        for n in 1...60 {
            let connection = connections[random.below(2)]
            do {
                switch random.below(8) {
                case 0:
                    try connection.use { sql in
                        try sql.execute("BEGIN; UPDATE item SET body = randomblob(0), n = n + 1; ROLLBACK")
                    }
                case 1:
                    try connection.write { sql in
                        try sql.execute("SAVEPOINT s; DELETE FROM item; ROLLBACK TO s; RELEASE s")
                        // The other meets the lock.
                        try connections.last { $0 !== connection }?.use { sql in
                            try sql.execute("PRAGMA busy_timeout = 0; UPDATE done SET n = n")
                        }
                    }
                case 2: try connection.use { sql in try sql.execute("VACUUM") }
                case 3: try connection.use { sql in try sql.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
                case 4:
                    try connection.use { sql in
                        try sql.execute("CREATE TEMP TABLE IF NOT EXISTS t AS SELECT * FROM item")
                    }
                default: try work.transact(n, connection)
                }
                answers.append("ok")
            } catch {
                answers.append("\(error.primaryCode ?? -1)")
            }
            answers.append("\(try work.check(connections[random.below(2)]).last)")
        }
        for connection in connections { try connection.close() }
        return answers
    }

    @Test("Answers and files are those of a real disk", arguments: DiskWork.Journal.allCases)
    func likeReal(_ journal: DiskWork.Journal) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for seed: UInt64 in 1...4 {
            let real = directory.appending(path: "work-\(seed).db")
            let disk = SimulatedDisk(root: "/like-real-\(journal)-\(seed)")
            let simulated = disk.root + "/work.db"
            let expected = try work(path: real.path, journal, seed: seed)
            #expect(try disk.start().run { try work(path: simulated, journal, seed: seed) } == expected, "seed \(seed)")
            #expect(disk.bytes(of: simulated) == Array(try Data(contentsOf: real)), "seed \(seed)")
            #expect(expected.contains("5"), "a lock is met")
        }
    }

    @Test("SQL has the clock of the node at work")
    func clock() throws {
        let (north, south) = (SimulatedDisk(root: "/clock-north"), SimulatedDisk(root: "/clock-south"))
        (north.clockMilliseconds, south.clockMilliseconds) = (1_000_123, 2_000_456)
        func now(_ disk: SimulatedDisk, _ connection: Connection) throws -> Int64? {
            try disk.observer.run {
                try connection.use { sql in try sql.statement("SELECT \(TableDefinition.now)").firstInteger() }
            }
        }
        let (one, other) = try (
            Connection(path: "/clock-north/a.db", pragmas: []), Connection(path: "/clock-south/a.db", pragmas: [])
        )
        #expect(try now(north, one) == 1_000_123)
        #expect(try now(south, other) == 2_000_456)
        #expect(try now(south, one) == 2_000_456, "it is the node at work that counts")
        north.clockMilliseconds = 7
        #expect(try now(north, one) == 7)
        let system = try one.use { sql in try sql.statement("SELECT \(TableDefinition.now)").firstInteger() }
        #expect(try #require(system) > 1_700_000_000_000, "nobody at work: the system's clock")
    }

    @Test("A client that waits for a lock gives up without waiting")
    func waiting() throws {
        let disk = SimulatedDisk(root: "/waiting")
        try disk.start().run {
            let (one, other) = try (
                Connection(path: "/waiting/a.db", pragmas: []), Connection(path: "/waiting/a.db", pragmas: [])
            )
            let began = ContinuousClock.now
            let _: Void = try one.write { _ in
                // Ten seconds by SQLite's count.
                #expect(throws: ReplicaError.self) { let _: Void = try other.write { _ in } }
            }
            #expect(ContinuousClock.now - began < .seconds(5))
        }
    }
}
