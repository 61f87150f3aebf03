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
            try sync.sync()
            try store.run("PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO tick(a) VALUES (2)")
            try sync.sync()
            try store.connection.close()
            #expect(access(path + "-wal", F_OK) != 0)
            try sync.sync()
        }
    }

    @Test func aFileThatIsGoneIsSaidByName() throws {
        try withTemporaryDirectory { directory in
            var sync = ReplicaSync(path: "\(directory)/linli.db")
            #expect(throws: ReplicaError.file(path: "\(directory)/linli.db", operation: "stat", code: ENOENT)) {
                try sync.sync()
            }
        }
    }
}
