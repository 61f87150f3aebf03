import Testing

@testable import Replica
@testable import Simulator

/// Connections that their process left, and what the next one finds.
@Suite("Connections that rest") struct RestingFilesTests {
    /// A disk with a table, and a daemon that has it open.
    private final class World {
        let disk: SimulatedDisk
        var process: SimulatedProcess
        var connection: Connection?

        init(_ name: String, journal: String = "WAL", opensAnew: Bool = false) throws {
            disk = SimulatedDisk(root: "/resting-\(name)", opensAnew: opensAnew)
            process = disk.start()
            self.journal = journal
            try open()
            try write("CREATE TABLE seen(n INTEGER); CREATE TABLE noted(n INTEGER)")
            try write("CREATE TRIGGER noting AFTER INSERT ON seen BEGIN INSERT INTO noted VALUES (NEW.n); END")
            try write("INSERT INTO seen VALUES (1)")
        }

        private let journal: String

        func open() throws {
            connection = try process.run {
                try Connection(
                    path: disk.root + "/seen.db",
                    pragmas: ["PRAGMA journal_mode = \(journal)", "PRAGMA synchronous = FULL"]
                )
            }
        }

        func write(_ script: String) throws {
            try process.run { try connection?.write { sql in try sql.execute(script) } }
        }

        /// What a table holds, as the daemon reads it.
        func read(_ table: String = "seen") throws -> [Int64] {
            let connection = try #require(connection)
            return try process.run { try Self.read(table, connection) }
        }

        /// What somebody reads who opens the file for the first time.
        func readAnew(_ table: String = "seen") throws -> [Int64] {
            try disk.start().run {
                let connection = try Connection(path: disk.root + "/seen.db", pragmas: ["PRAGMA query_only = ON"])
                return try Self.read(table, connection)
            }
        }

        private static func read(_ table: String, _ connection: Connection) throws -> [Int64] {
            try connection.read { sql in
                let row = try sql.statement("SELECT n FROM \(table) ORDER BY n")
                defer { row.reset() }
                var found: [Int64] = []
                while try row.step() { found.append(row.integer(0)) }
                return found
            }
        }

        /// The daemon is gone, in whatever way, and starts again.
        ///
        /// - Returns: whether it took up what it had left.
        func restart(_ end: (World) -> Void) throws -> Bool {
            let before = try #require(try connection?.use { sql in sql.rowsWritten })
            end(self)
            connection = nil
            process = disk.start()
            try open()
            let after = try #require(try process.run { try connection?.use { sql in sql.rowsWritten } })
            // A new connection has written nothing.
            return before > 0 && after == before
        }
    }

    @Test(
        "A killed daemon's is taken up, and sees what others wrote meanwhile",
        arguments: ["WAL", "DELETE", "PERSIST"]
    )
    func killed(_ journal: String) throws {
        let world = try World("killed-\(journal)", journal: journal)
        let isTakenUp = try world.restart { world in
            world.process.kill()
            let other = world.disk.start()
            do {
                try other.run {
                    let till = try Connection(path: world.disk.root + "/seen.db", pragmas: ["PRAGMA synchronous = OFF"])
                    try till.write { sql in try sql.execute("INSERT INTO seen VALUES (2)") }
                    try till.close()
                }
            } catch { Issue.record("\(error)") }
        }
        // Where the other was the last to close, the log was removed, and is another file.
        #expect(isTakenUp == (journal != "WAL"))
        #expect(try world.read() == [1, 2])
        try world.write("INSERT INTO seen VALUES (3)")
        #expect(try world.read("noted") == [1, 2, 3])
    }

    @Test("After a power loss it sees what the disk has", arguments: PowerLoss.allCases)
    func powerless(_ loss: PowerLoss) throws {
        for seed: UInt64 in 1...8 {
            let world = try World("powerless-\(loss.rawValue)-\(seed)")
            try world.process.run {
                try world.connection?.use { sql in try sql.execute("PRAGMA synchronous = OFF") }
                try world.connection?.write { sql in try sql.execute("INSERT INTO seen VALUES (2)") }
            }
            #expect(try world.restart { $0.disk.losePower(loss, seed: seed) }, "seed \(seed)")
            let found = try world.read()
            let fresh = try world.readAnew()
            #expect(found == fresh && (found == [1] || found == [1, 2]), "seed \(seed)")
            try world.write("INSERT INTO seen VALUES (3)")
            #expect(try world.readAnew() == found + [3], "seed \(seed)")
        }
    }

    @Test("One in a transaction is closed, and its writes are gone")
    func busy() throws {
        let world = try World("busy")
        try world.process.run {
            try world.connection?.use { sql in try sql.execute("BEGIN IMMEDIATE; INSERT INTO seen VALUES (2)") }
        }
        #expect(try !world.restart { $0.process.kill() })
        #expect(try world.read() == [1])
    }

    @Test("One with a statement at a row is closed")
    func reading() throws {
        let world = try World("reading")
        try world.process.run {
            try world.connection?.use { sql in _ = try sql.statement("SELECT n FROM seen").step() }
        }
        #expect(try !world.restart { $0.process.kill() })
    }

    @Test("One whose owner used it after the kill is closed")
    func used() throws {
        let world = try World("used")
        #expect(
            try !world.restart { world in
                world.process.kill()
                #expect(throws: ReplicaError.self) { try world.read() }
            }
        )
        #expect(try world.read() == [1])
    }

    @Test("None is taken up on a disk that was replaced, nor where everything is opened anew")
    func replaced() throws {
        let world = try World("replaced")
        let image = world.disk.snapshot()
        try world.write("INSERT INTO seen VALUES (2)")
        #expect(try !world.restart { $0.disk.restore(image) })
        #expect(try world.read() == [1])
        let anew = try World("anew", opensAnew: true)
        #expect(try !anew.restart { $0.process.kill() })
    }

    @Test("Triggers that its owner set aside fire again")
    func triggers() throws {
        let world = try World("triggers")
        try world.process.run { try world.connection?.use { sql in try sql.setTriggers(enabled: false) } }
        #expect(try world.restart { $0.process.kill() })
        try world.write("INSERT INTO seen VALUES (2)")
        #expect(try world.read("noted") == [1, 2])
    }

    @Test("What it had cached is forgotten: a bit that was flipped is seen")
    func flipped() throws {
        let world = try World("flipped")
        // With a till at the file the log's index stays, and with it what SQLite takes its pages for.
        let till = try world.disk.start().run {
            try Connection(path: world.disk.root + "/seen.db", pragmas: ["PRAGMA synchronous = NORMAL"])
        }
        try till.use { sql in try sql.execute("SELECT * FROM seen") }
        try world.process.run {
            try world.connection?.use { sql in try sql.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
        }
        #expect(try world.read("noted") == [1])
        #expect(
            try world.restart { world in
                world.process.kill()
                // The file ends with the table's only row, a 1, which becomes a 0.
                let bytes = world.disk.bytes(of: world.disk.root + "/seen.db") ?? []
                world.disk.inject(.flippedBit(path: world.disk.root + "/seen.db", bit: Int64(bytes.count) * 8 - 8))
            }
        )
        defer { withExtendedLifetime(till) {} }
        #expect(try world.read("noted") == [0] && world.readAnew("noted") == [0])
    }
}
