import SplitMix

/// SplitMix64: small, fast, and the same on every machine.
struct Luck: Sendable {
    private var source: SplitMix64

    /// Seeds that follow one another begin far apart: the state walks in steps of one size, and would only be shifted.
    init(seed: UInt64) {
        var first = SplitMix64(seed: seed)
        source = SplitMix64(seed: first.next() ^ first.next() << 1)
    }

    mutating func number() -> UInt64 { source.next() }

    mutating func below(_ limit: Int) -> Int { Int(number() % UInt64(limit)) }

    mutating func one(in chances: Int) -> Bool { below(chances) == 0 }
}
