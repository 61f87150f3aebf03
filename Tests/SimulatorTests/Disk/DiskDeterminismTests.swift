import Simulator
import Testing

@testable import Replica

@Suite("One seed, one disk")
struct DiskDeterminismTests {
    /// A day of a network with power losses, and random keys; what its disks hold at the end.
    private static func day(seed: UInt64) throws -> String {
        SimulatedDisk.seedRandomness(seed)
        let network = try DiskNetwork("day", tillSynchronous: "FULL", seed: seed)
        var random = DiskRandom(seed)
        for turn in 0..<80 {
            let disk = turn % 3 == 0 ? network.hubDisk : network.storeDisk
            if !disk.awaitsEnd { disk.losePower(afterOperations: random.below(100), .anyOrder, seed: random.next()) }
            try network.step()
        }
        try network.settle()
        let drawn = try network.storeDisk.start().run {
            try Connection(path: network.storeDisk.root + "/drawn.db", pragmas: []).use { sql in
                try sql.statement("SELECT hex(randomblob(8)) || \(TableDefinition.now)").firstBytes() ?? []
            }
        }
        let digests = [network.hubDisk.digest, network.storeDisk.digest].map { String($0, radix: 16) }
        return "day \(digests) \(String(decoding: drawn, as: UTF8.self)) \(network.storeDisk.counts.writes)"
    }

    private static func line(_ output: [UInt8]) -> Substring? {
        String(decoding: output, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("day") }
    }

    @Test("Two processes, and two runs in one, leave the same bytes; another seed leaves others")
    func twice() async throws {
        // SQLite's random numbers are one sequence in a process, so no other test may draw from it.
        let one = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            print(try Self.day(seed: 7))
        }
        let other = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            _ = try Self.day(seed: 8)
            print(try Self.day(seed: 7))
        }
        let third = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            print(try Self.day(seed: 8))
        }
        let first = try #require(Self.line(one.standardOutputContent))
        #expect(Self.line(other.standardOutputContent) == first)
        #expect(Self.line(third.standardOutputContent) != first)
    }
}
