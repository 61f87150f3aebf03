import SplitMix
import Simulator
import Testing

@testable import Replica

@Suite("Replicas on simulated disks")
struct DiskReplicaTests {
    /// Sells, seals, pushes and pulls, while the power goes at drawn moments on either side.
    private func run(_ loss: PowerLoss, tillSynchronous: String, seed: UInt64) throws -> UInt64 {
        let network = try DiskNetwork(
            "\(loss)-\(tillSynchronous)-\(seed)",
            tillSynchronous: tillSynchronous,
            seed: seed
        )
        var random = SplitMix64(seed: seed ^ 0xd15c)
        for _ in 0..<60 {
            let disk = random.below(3) == 0 ? network.hubDisk : network.storeDisk
            if !disk.awaitsEnd {
                disk.losePower(afterOperations: random.below(150), loss, seed: random.next())
            }
            try network.step()
        }
        try network.settle()
        return network.hubDisk.counts[.powerLoss] + network.storeDisk.counts[.powerLoss]
    }

    @Test(
        "What a till was told, a seal sealed and the hub acknowledged outlives the power",
        arguments: PowerLoss.allCases,
        ["FULL", "NORMAL"]
    )
    func powerLoss(_ loss: PowerLoss, _ tillSynchronous: String) throws {
        var losses: UInt64 = 0
        for seed: UInt64 in 1...5 {
            do {
                losses += try run(loss, tillSynchronous: tillSynchronous, seed: seed)
            } catch {
                Issue.record(error, "\(loss), till \(tillSynchronous), seed \(seed)")
            }
        }
        #expect(losses > 10)
    }

    @Test("Whoever is killed at any write, the others go on and nothing is lost", arguments: ["FULL", "NORMAL", "OFF"])
    func kill(_ tillSynchronous: String) throws {
        var kills: UInt64 = 0
        for seed: UInt64 in 1...8 {
            let network = try DiskNetwork(
                "kill-\(tillSynchronous)-\(seed)",
                tillSynchronous: tillSynchronous,
                seed: seed
            )
            var random = SplitMix64(seed: seed)
            for _ in 0..<60 {
                let disk = random.below(3) == 0 ? network.hubDisk : network.storeDisk
                if !disk.awaitsEnd { disk.kill(afterOperations: random.below(60)) }
                try network.step()
            }
            try network.settle()
            kills += network.hubDisk.counts.kills + network.storeDisk.counts.kills
        }
        #expect(kills > 30)
    }

    @Test(
        "After errors, and then a power loss, the same daemons go on and nothing is lost",
        arguments: [DiskFault.Kind.writeError, .syncError, .full]
    )
    func errors(_ kind: DiskFault.Kind) throws {
        for seed: UInt64 in 1...8 {
            let network = try DiskNetwork("\(kind)-\(seed)", tillSynchronous: "FULL", seed: seed)
            network.expectsErrors = true
            var random = SplitMix64(seed: seed)
            for turn in 0..<60 {
                let disk = random.below(3) == 0 ? network.hubDisk : network.storeDisk
                let (after, times) = (random.below(20), random.below(3) + 1)
                switch kind {
                case .writeError: disk.inject(.writeError(after: after, times: times))
                case .syncError: disk.inject(.syncError(after: after % 4, times: times))
                default: disk.inject(.full(afterBytes: Int64(random.below(40_000))))
                }
                try network.step()
                if random.below(3) == 0 { disk.relieve() }
                if turn % 20 == 19 {
                    disk.losePower(.anyOrder, seed: random.next())
                    _ = network.recover()
                }
            }
            do { try network.settle() } catch { Issue.record(error, "\(kind), seed \(seed)") }
            let counts = [network.hubDisk.counts, network.storeDisk.counts]
            #expect(counts.contains { $0[kind] > 0 }, "\(kind), seed \(seed)")
        }
    }
}
