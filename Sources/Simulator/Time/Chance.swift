/// One named stream of random numbers: xoshiro256** (Blackman, Vigna, "Scrambled linear pseudorandom number
/// generators", 2018), seeded with SplitMix64 from the run's seed and the stream's name.
///
/// Law: one more draw in one stream shifts no other. Draws of ranges are our own, so that they are the same with every
/// standard library.
public struct Chance {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    public init(seed: UInt64, stream: String) {
        // FNV-1a of the name keeps streams apart whose seeds are neighbours.
        var state = seed
        for byte in stream.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 &+ 0x9e37_79b9 }
        func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
        (a, b, c, d) = (next(), next(), next(), next())
    }

    public mutating func next() -> UInt64 {
        let result = Self.rotate(b &* 5, 7) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = Self.rotate(d, 45)
        return result
    }

    /// 0 to `count` - 1; `count` is at least 1.
    public mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    public mutating func between(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// True so many times in a thousand.
    public mutating func perMille(_ times: Int) -> Bool { below(1000) < times }

    public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A pause with this mean, evenly from 1 to twice the mean: integers only, so that no library's logarithm decides
    /// a run.
    public mutating func pause(mean milliseconds: Int64) -> Int64 { between(1...max(2 * milliseconds - 1, 1)) }

    /// Never 0, which names nothing.
    public mutating func identity() -> UInt64 { next() | 1 }

    private static func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { value << by | value >> (64 - by) }
}
