import SplitMix
import Foundation

/// Chance that can be had again: the seed is printed, and `LINLI_SEED` sets it.
struct Chance: RandomNumberGenerator {
    let seed: UInt64
    private var source: SplitMix64

    /// - Parameter story: printed beside the seed.
    init(_ story: String) {
        let named = ProcessInfo.processInfo.environment["LINLI_SEED"].flatMap { UInt64($0) }
        seed = named ?? UInt64.random(in: 1...UInt64.max)
        source = SplitMix64(seed: seed)
        print("\(story): seed \(seed)")
    }

    mutating func next() -> UInt64 { source.next() }

    mutating func pause(milliseconds: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: milliseconds, using: &self))
    }
}
