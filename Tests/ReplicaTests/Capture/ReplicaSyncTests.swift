import Glibc
import Replica
import Testing

@Suite struct ReplicaSyncTests {
    @Test func commitsAreSyncedWhereverTheyStand() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            var sync = ReplicaSync(path: path)
            let store = try CornerReplica(.hub, path: path)
            try store.run("PRAGMA synchronous = OFF; INSERT INTO tick(a) VALUES (1)")
            try sync.sync(through: store.connection)
            try store.run("PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO tick(a) VALUES (2)")
            try sync.sync(through: store.connection)
            try store.connection.close()
            #expect(access(path + "-wal", F_OK) != 0)
            let next = try Connection(path: path, pragmas: [])
            try sync.sync(through: next)
            try next.close()
        }
    }

    @Test func aClientThatLeavesAfterASyncDoesNotTakeTheLogAlong() throws {
        guard ForeignClient.isPresent("sqlite3") else { return }
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            var sync = ReplicaSync(path: path)
            let store = try CornerReplica(.hub, path: path)
            try store.run("INSERT INTO tick(a) VALUES (1); PRAGMA wal_checkpoint; INSERT INTO tick(a) VALUES (2)")
            try sync.sync(through: store.connection)
            #expect(try ForeignClient.run("sqlite3 '\(path)' 'INSERT INTO tick(a) VALUES (3)'") == "")
            #expect(access(path + "-wal", F_OK) == 0)
            try store.run("INSERT INTO tick(a) VALUES (4)")
            #expect(try ForeignClient.run("sqlite3 '\(path)' 'SELECT group_concat(a) FROM tick'") == "1,2,3,4\n")
            try store.connection.close()
        }
    }

    @Test func aFileThatIsGoneIsSaidByName() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            var sync = ReplicaSync(path: path)
            let elsewhere = try Connection(path: "\(directory)/other.db", pragmas: [])
            #expect(throws: ReplicaError.file(path: path, operation: "stat", code: ENOENT)) {
                try sync.sync(through: elsewhere)
            }
            try elsewhere.close()
        }
    }
}
