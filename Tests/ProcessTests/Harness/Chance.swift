import Foundation

/// Chance that can be had again: the seed is printed, and `LINLI_SEED` sets it.
struct Chance: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    /// - Parameter story: printed beside the seed.
    init(_ story: String) {
        let named = ProcessInfo.processInfo.environment["LINLI_SEED"].flatMap { UInt64($0) }
        seed = named ?? UInt64.random(in: 1...UInt64.max)
        state = seed
        print("\(story): seed \(seed)")
    }

    /// SplitMix64 (Steele, Lea, Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func pause(milliseconds: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: milliseconds, using: &self))
    }
}
