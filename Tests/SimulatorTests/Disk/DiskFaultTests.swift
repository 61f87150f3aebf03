import Simulator
import Testing

@testable import Replica

@Suite("Each fault of a disk is seen happening")
struct DiskFaultTests {
    /// A disk with a database of one table, and a connection of a process.
    private func table(_ root: String) throws -> (disk: SimulatedDisk, process: SimulatedProcess, Connection) {
        let disk = SimulatedDisk(root: root)
        let process = disk.start()
        let connection = try process.run {
            let pragmas = ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"]
            let connection = try Connection(path: root + "/a.db", pragmas: pragmas)
            try connection.use { sql in
                try sql.execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'one')")
            }
            return connection
        }
        return (disk, process, connection)
    }

    private func insert(_ connection: Connection, bytes: Int = 10) -> Int32? {
        do {
            try connection.use { sql in
                try sql.execute("INSERT INTO t(b) VALUES (hex(zeroblob(\(bytes))))")
            }
            return nil
        } catch {
            guard case .sqlite(let code, _, _) = error else { return -1 }
            // The extended code is SQLite's last; the message carries it too.
            return code
        }
    }

    private func count(_ connection: Connection) throws -> Int64? {
        try connection.read { sql in try sql.statement("SELECT count(*) FROM t").firstInteger() }
    }

    @Test("A full disk refuses, and takes again when there is room")
    func full() throws {
        let (disk, _, connection) = try table("/fault-full")
        disk.inject(.full(afterBytes: 20_000))
        #expect(insert(connection, bytes: 100_000) == 13)
        #expect(disk.counts[.full] > 0)
        #expect(try count(connection) == 1)
        disk.relieve()
        #expect(insert(connection, bytes: 100_000) == nil)
        #expect(try count(connection) == 2)
    }

    @Test("A write fails as often as it was ordered")
    func write() throws {
        let (disk, _, connection) = try table("/fault-write")
        disk.inject(.writeError(after: 0, times: 1))
        #expect(insert(connection) == 778)
        #expect(insert(connection) == nil)
        disk.inject(.writeError(after: 1, times: nil))
        #expect(insert(connection) == 778)
        #expect(insert(connection) == 778)
        disk.relieve()
        #expect(insert(connection) == nil)
        #expect(disk.counts[.writeError] >= 3)
        #expect(try count(connection) == 3)
    }

    @Test("A read fails")
    func read() throws {
        let (disk, process, connection) = try table("/fault-read")
        try connection.close()
        disk.inject(.readError(after: 0, times: 1))
        #expect(throws: ReplicaError.self) {
            _ = try process.run { try count(Connection(path: "/fault-read/a.db", pragmas: [])) }
        }
        #expect(disk.counts[.readError] == 1)
        #expect(try process.run { try count(Connection(path: "/fault-read/a.db", pragmas: [])) } == 1)
    }

    @Test("What a failed sync forsook is lost with the power, though a later sync succeeds; written again it stays")
    func sync() throws {
        let disk = SimulatedDisk(root: "/fault-sync")
        let process = disk.start()
        try process.run {
            let pragmas = ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF"]
            let connection = try Connection(path: "/fault-sync/a.db", pragmas: pragmas)
            try connection.use { sql in try sql.execute("CREATE TABLE t(b); INSERT INTO t VALUES (1)") }
            _ = try process.sync("/fault-sync/a.db")
            _ = try process.sync("/fault-sync/a.db-wal")
            try process.syncDirectory(of: "/fault-sync/a.db")
            try connection.use { sql in try sql.execute("INSERT INTO t VALUES (2)") }
            disk.inject(.syncError(after: 0, times: 1))
            #expect(throws: ReplicaError.file(path: "/fault-sync/a.db-wal", operation: "fdatasync", code: 5)) {
                try process.sync("/fault-sync/a.db-wal")
            }
            _ = try process.sync("/fault-sync/a.db-wal")
            #expect(try count(connection) == 2)
        }
        #expect(disk.counts[.syncError] == 1)
        let image = disk.snapshot()
        disk.losePower(.whole, seed: 1)
        let found = try disk.observer.run { try count(Connection(path: "/fault-sync/a.db", pragmas: [])) }
        #expect(found == 1)

        // A checkpoint writes it elsewhere.
        disk.restore(image)
        try disk.start().run {
            let connection = try Connection(path: "/fault-sync/a.db", pragmas: ["PRAGMA synchronous = FULL"])
            try connection.use { sql in try sql.execute("PRAGMA wal_checkpoint(FULL)") }
        }
        disk.losePower(.whole, seed: 1)
        #expect(try disk.observer.run { try count(Connection(path: "/fault-sync/a.db", pragmas: [])) } == 2)
    }

    @Test("A disk that lies about syncs loses what it said it had")
    func lies() throws {
        let (disk, _, connection) = try table("/fault-lies")
        #expect(insert(connection) == nil)
        disk.inject(.lyingSync)
        #expect(insert(connection) == nil)
        #expect(disk.counts[.lyingSync] > 0)
        #expect(disk.pendingBlocks > 0)
        disk.losePower(.whole, seed: 1)
        #expect(try disk.observer.run { try count(Connection(path: "/fault-lies/a.db", pragmas: [])) } == 2)
    }

    @Test("A flipped bit is read by SQLite")
    func flip() throws {
        let (disk, process, connection) = try table("/fault-flip")
        try connection.close()
        let bytes = try #require(disk.bytes(of: "/fault-flip/a.db"))
        let place = try #require(bytes.indices.last { bytes[$0...].starts(with: "one".utf8) })
        // 'o' ^ 0x20 is 'O'.
        #expect(disk.inject(.flippedBit(path: "/fault-flip/a.db", bit: Int64(place * 8 + 5))))
        #expect(!disk.inject(.flippedBit(path: "/fault-flip/a.db", bit: Int64(bytes.count * 8))))
        #expect(disk.counts[.flippedBit] == 1)
        let found = try process.run {
            try Connection(path: "/fault-flip/a.db", pragmas: []).read { sql in
                try sql.statement("SELECT b FROM t").firstBytes()
            }
        }
        #expect(found == Array("One".utf8))
    }

    @Test("A power loss ends all processes; what they hold fails and changes nothing")
    func power() throws {
        let (disk, process, connection) = try table("/fault-power")
        disk.inject(.powerLoss(.whole, seed: 3))
        #expect(!process.isAlive)
        #expect(disk.counts[.powerLoss] == 1)
        let digest = disk.digest
        #expect(insert(connection) != nil)
        #expect(throws: ReplicaError.self) { try process.syncDirectory(of: "/fault-power/a.db") }
        #expect(!process.exists("/fault-power/a.db"))
        try connection.close()
        #expect(disk.digest == digest)
        #expect(throws: ReplicaError.self) {
            try process.run { try Connection(path: "/fault-power/a.db", pragmas: []) }
        }
    }

    @Test("A kill ends one process, drops its locks, and loses nothing that was written")
    func kill() throws {
        let (disk, process, connection) = try table("/fault-kill")
        let other = disk.start()
        let survivor = try other.run {
            try Connection(path: "/fault-kill/a.db", pragmas: ["PRAGMA busy_timeout = 0", "PRAGMA synchronous = OFF"])
        }
        try connection.use { sql in try sql.execute("BEGIN IMMEDIATE; INSERT INTO t(b) VALUES ('lost')") }
        #expect(other.run { insert(survivor) } == 5)
        process.kill()
        try connection.close()
        #expect(other.isAlive)
        #expect(other.run { insert(survivor) } == nil)
        other.kill()
        #expect(disk.counts.kills == 2)
        #expect(try disk.observer.run { try count(Connection(path: "/fault-kill/a.db", pragmas: [])) } == 2)
    }

    @Test("New, removed and renamed files come back until their directory is synced")
    func entries() throws {
        let disk = SimulatedDisk(root: "/fault-entries")
        let process = disk.start()
        func make(_ name: String) throws {
            let connection = try process.run { try Connection(path: disk.root + name, pragmas: []) }
            try connection.use { sql in try sql.execute("CREATE TABLE t(a)") }
            try connection.close()
        }
        try make("/a")
        try process.syncDirectory(of: "/fault-entries/a")
        #expect(disk.paths == ["/fault-entries/a"])
        let image = disk.snapshot()

        try process.remove("/fault-entries/a")
        #expect(!process.exists("/fault-entries/a"))
        disk.losePower(.whole, seed: 1)
        #expect(disk.paths == ["/fault-entries/a"])
        #expect(disk.counts.lostEntries > 0)

        let next = disk.start()
        try next.rename("/fault-entries/a", to: "/fault-entries/b")
        disk.losePower(.whole, seed: 1)
        #expect(disk.paths == ["/fault-entries/b"], "a rename syncs its directory")

        disk.restore(image)
        disk.setKeepsEntries(true)
        try disk.start().remove("/fault-entries/a")
        disk.losePower(.whole, seed: 1)
        #expect(disk.paths == [])
    }

    @Test("A lost disk is empty; a snapshot brings its files back, also elsewhere as a clone")
    func whole() throws {
        let (disk, process, connection) = try table("/fault-whole")
        let image = disk.snapshot()
        #expect(image.sizeBytes > 0)
        #expect(insert(connection) == nil)
        disk.inject(.diskLost)
        #expect(!process.isAlive)
        #expect(disk.paths == [])
        #expect(disk.usedBytes == 0)
        disk.inject(.restored(image))
        #expect(disk.usedBytes == image.sizeBytes)
        #expect(try disk.observer.run { try count(Connection(path: "/fault-whole/a.db", pragmas: [])) } == 1)

        let clone = SimulatedDisk(root: "/fault-clone")
        clone.restore(image)
        #expect(try clone.observer.run { try count(Connection(path: "/fault-clone/a.db", pragmas: [])) } == 1)
        clone.losePower(.whole, seed: 1)
        #expect(try clone.observer.run { try count(Connection(path: "/fault-clone/a.db", pragmas: [])) } == 1)
        #expect(disk.counts[.diskLost] == 1)
        #expect(disk.counts[.restored] == 1)
    }
}
