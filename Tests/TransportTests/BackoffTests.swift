import Testing
import Transport

@Suite("The wait before the next dial")
struct BackoffTests {
    @Test("grows twofold with each failure up to the ceiling, and is never below the floor")
    func range() {
        let seed = UInt64.random(in: .min ... .max)
        var luck = Luck(seed: seed)
        var greatest = [Int64](repeating: 0, count: 10)
        for _ in 0..<2_000 {
            var backoff = Backoff(floorMilliseconds: 250, ceilingMilliseconds: 30_000)
            for failure in greatest.indices {
                let wait = backoff.failed(using: &luck)
                #expect(wait >= 250, "seed \(seed)")
                greatest[failure] = max(greatest[failure], wait)
            }
        }
        for (failure, most) in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000].enumerated() {
            #expect(greatest[failure] <= Int64(most), "seed \(seed), failure \(failure)")
            #expect(greatest[failure] > Int64(most) * 9 / 10, "seed \(seed), failure \(failure)")
        }
    }

    @Test("never overflows, and begins anew after a success")
    func longOutage() {
        var luck = Luck(seed: 1)
        var backoff = Backoff(floorMilliseconds: 1, ceilingMilliseconds: .max)
        for _ in 0..<10_000 { #expect(backoff.failed(using: &luck) >= 1) }
        #expect(backoff.failures == 10_000)
        backoff.succeeded()
        #expect(backoff.failed(using: &luck) <= 2)
    }

    @Test("is the same for the same source of luck, and spread out for a thousand stores")
    func spread() {
        var one = Luck(seed: 7)
        var other = Luck(seed: 7)
        var (a, b) = (Backoff(), Backoff())
        for _ in 0..<20 { #expect(a.failed(using: &one) == b.failed(using: &other)) }

        var slots: [Int64: Int] = [:]
        for store in 0..<1_000 {
            var luck = Luck(seed: UInt64(store))
            var backoff = Backoff(floorMilliseconds: 250, ceilingMilliseconds: 30_000)
            for _ in 0..<7 { _ = backoff.failed(using: &luck) }
            slots[backoff.failed(using: &luck) / 1_000, default: 0] += 1
        }
        // 30 slots of a second: some 33 stores each.
        #expect((slots.values.max() ?? 0) < 70)
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct Luck: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
