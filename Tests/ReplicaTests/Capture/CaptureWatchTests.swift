import Dispatch
import Replica
import Testing

@Suite struct CaptureWatchTests {
    /// Counts calls, and waits for the next with a deadline far above what it takes.
    private final class Bell: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)

        func ring() { semaphore.signal() }

        func rang() -> Bool { semaphore.wait(timeout: .now() + .seconds(20)) == .success }

        /// Whether it rang without being waited for.
        func ringsAlready() -> Bool { semaphore.wait(timeout: .now()) == .success }
    }

    @Test func aCommitOfAnotherProcessIsNoticed() throws {
        guard ForeignClient.isPresent("sqlite3") else { return }
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            _ = try CornerReplica(.hub, path: path)
            let bell = Bell()
            let watch = try CaptureWatch(path: path) { bell.ring() }
            for number in 1...3 {
                _ = try ForeignClient.run("sqlite3 '\(path)' \"INSERT INTO tick(a) VALUES (\(number))\"")
                #expect(bell.rang(), "commit \(number)")
                while bell.ringsAlready() {}
            }
            watch.stop()
        }
    }

    @Test func aCommitThroughAnotherConnectionIsNoticed() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            let hub = try CornerReplica(.hub, path: path)
            let bell = Bell()
            let watch = try CaptureWatch(path: path) { bell.ring() }
            for number in 1...50 {
                try hub.run("INSERT INTO tick(a) VALUES (\(number))")
                #expect(bell.rang(), "commit \(number)")
            }
            watch.stop()
        }
    }

    @Test func aStoppedWatchIsSilent() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            let hub = try CornerReplica(.hub, path: path)
            let bell = Bell()
            let watch = try CaptureWatch(path: path) { bell.ring() }
            watch.stop()
            watch.stop()
            while bell.ringsAlready() {}
            try hub.run("INSERT INTO tick(a) VALUES (1)")
            #expect(!bell.ringsAlready())
        }
    }
}
