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
            let faults = World.run(seed: seed)
            #expect(faults.isEmpty, "seed \(seed)")
            if !faults.isEmpty { return }
        }
    }

    @Test("a connection cut at every step of a first session, and of the steps after it, loses nothing", arguments: 0..<4)
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

    @Test("a duty that is broken on purpose is noticed within 400 runs", arguments: Plant.allCases)
    func planted(_ plant: Plant) {
        let noticed = (0..<20000).first { !World.run(seed: $0, plant: plant).isEmpty }
        print("PLANT", plant, noticed as Any)
        #expect(noticed != nil, "\(plant)")
    }
}
