/// SplitMix64: small, fast, and the same on every machine.
struct Luck: Sendable {
    private var state: UInt64

    /// Seeds that follow one another begin far apart: the state walks in steps of one size, and would only be shifted.
    init(seed: UInt64) {
        state = seed
        state = number() ^ number() << 1
    }

    mutating func number() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(number() % UInt64(limit)) }

    mutating func one(in chances: Int) -> Bool { below(chances) == 0 }
}
