import SplitMix
import Simulator
import Testing

@testable import Replica

@Suite("SQLite on a simulated disk when the power goes")
struct DiskDurabilityTests {
    /// Works until the power goes at a drawn moment, starts again, and so a few times.
    private struct Outage {
        var losses = 0
        var forgotten = 0
        var fault: String?

        mutating func run(
            _ loss: PowerLoss,
            _ journal: DiskWork.Journal,
            synchronous: String,
            seed: UInt64,
            mayForget: Bool
        ) throws {
            var random = SplitMix64(seed: seed)
            let disk = SimulatedDisk(root: "/outage-\(loss)-\(journal)-\(synchronous)-\(seed)")
            let work = DiskWork(path: disk.root + "/work.db")
            var done = 0
            try disk.observer.run {
                let connection = try work.open(journal, synchronous: "FULL")
                try work.create(connection)
                try connection.close()
            }
            // A restored disk has all of its files.
            disk.restore(disk.snapshot())
            for _ in 0..<4 where fault == nil {
                disk.losePower(afterOperations: random.below(250), loss, seed: random.next())
                let process = disk.start()
                let error = process.run {
                    do throws(ReplicaError) {
                        let connection = try work.open(journal, synchronous: synchronous)
                        while true {
                            try work.transact(done + 1, connection)
                            done += 1
                        }
                    } catch { return error }
                }
                if process.isAlive { throw error }
                losses += 1
                let found = try disk.observer.run {
                    let connection = try work.open(journal, synchronous: "FULL")
                    let found = try work.check(connection)
                    try connection.close()
                    return found
                }
                fault = found.fault
                // The transaction under way may have reached the disk whole.
                if found.last > done + 1 || (found.last < done && !mayForget) {
                    fault = "transaction \(done) was committed, and \(found.last) is the last"
                }
                if found.last < done { forgotten += 1 }
                done = found.last
            }
        }
    }

    @Test("What was committed, and synced, is there", arguments: PowerLoss.allCases, DiskWork.Journal.allCases)
    func full(_ loss: PowerLoss, _ journal: DiskWork.Journal) throws {
        // Only EXTRA syncs the directory after a journal was deleted; before, a loss may bring it back.
        let synchronous = journal == .delete ? "EXTRA" : "FULL"
        for seed: UInt64 in 1...25 {
            var outage = Outage()
            try outage.run(loss, journal, synchronous: synchronous, seed: seed, mayForget: false)
            #expect(outage.fault == nil, "\(loss) \(journal) seed \(seed)")
        }
    }

    @Test("With synchronous NORMAL in a log it is whole, and a prefix", arguments: PowerLoss.allCases)
    func normal(_ loss: PowerLoss) throws {
        var forgotten = 0
        for seed: UInt64 in 1...25 {
            var outage = Outage()
            try outage.run(loss, .wal, synchronous: "NORMAL", seed: seed, mayForget: true)
            #expect(outage.fault == nil, "\(loss) seed \(seed)")
            forgotten += outage.forgotten
        }
        #expect(forgotten > 0, "a loss is felt")
    }

    @Test("With synchronous OFF a loss out of order damages databases: the model has teeth")
    func off() throws {
        var damaged = 0
        for seed: UInt64 in 1...10 {
            var outage = Outage()
            do {
                try outage.run(.anyOrder, .delete, synchronous: "OFF", seed: seed, mayForget: true)
                damaged += outage.fault == nil ? 0 : 1
            } catch is ReplicaError {
                damaged += 1
            }
        }
        #expect(damaged > 0)
    }
}
