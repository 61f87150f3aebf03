import Testing

@Suite("A hub and two stores in trouble")
struct SwarmTests {
    #if DEBUG
        static let seedsPerShard: UInt64 = 60
    #else
        static let seedsPerShard: UInt64 = 1_250
    #endif

    @Test("every changeset arrives once and in order, and every store comes to rest at the head", arguments: 0..<8)
    func swarm(shard: UInt64) {
        for seed in shard * Self.seedsPerShard..<(shard + 1) * Self.seedsPerShard {
            let faults = World.run(seed: seed).verdict.faults
            #expect(faults.isEmpty, "seed \(seed)")
            if !faults.isEmpty { return }
        }
    }

    @Test("the trouble is real: everything that can go wrong does, somewhere in 200 runs")
    func trouble() {
        let tallies = (0..<200).map { World.run(seed: 50_000 + $0).tally }
        let counts: [(String, KeyPath<World.Tally, Int>)] = [
            ("cuts", \.cuts), ("restarts", \.restarts), ("restores", \.restores), ("replays", \.replays),
            ("resyncs", \.resyncs), ("resumed rounds", \.resumedRounds), ("restarted rounds", \.restartedRounds),
            ("resumed changesets", \.resumedChangesets), ("spools", \.spools), ("checkpoints", \.checkpoints),
        ]
        for (what, count) in counts {
            let sum = tallies.reduce(0) { $0 + $1[keyPath: count] }
            #expect(sum >= 10, "\(sum) \(what)")
        }
    }

    @Test(
        "a connection cut at every step of a first session, and of the steps after it, loses nothing",
        arguments: 0..<4
    )
    func cutAtEveryStep(seed: UInt64) {
        for step in 0..<150 {
            let world = World(seed: 1_000_000 + seed)
            for _ in 0..<4 {
                world.sell()
                world.changeHub()
            }
            world.settle(steps: step)
            world.cut(0)
            world.cut(1)
            world.heal()
            world.judge()
            #expect(world.verdict.faults.isEmpty, "seed \(seed), step \(step)")
        }
    }

    @Test("a duty that is broken on purpose is noticed within 600 runs", arguments: Plant.allCases)
    func planted(_ plant: Plant) {
        let noticed = (0..<600).first { !World.run(seed: $0, plant: plant).verdict.faults.isEmpty }
        #expect(noticed != nil, "\(plant)")
    }
}
