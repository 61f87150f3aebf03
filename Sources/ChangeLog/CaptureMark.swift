/// By what one captured write is known again, whoever hands it in: the millisecond of its capture and 20 bits of what was
/// captured. Writes of one millisecond that follow one another share the mark of the first, where the clock goes.
///
/// A replica that is copied has captured what its copy has, mark by mark, and what either captures later has other
/// marks; so the hub can take what both hand in once, however each of them sealed it. A clock that says a time before
/// 2025 has lost its battery, and may stand, or say the same times again: then 60 bits of the content tell writes apart,
/// and the time none.
///
/// Law: `raw` is above 0, and grows with the millisecond from 2025 on.
public struct CaptureMark: Hashable, Sendable {
    private static let saltBits: Int64 = 20
    private static let saltMask: UInt64 = 1 << 20 - 1
    private static let millisecondsMax: Int64 = 1 << 42
    private static let lost = UInt64(ClockEra.beginning << saltBits - 1)

    public let raw: Int64

    /// - Parameters:
    ///   - milliseconds: since 1970 UTC, by the clock of the machine that captured.
    ///   - salt: of what was captured; of a right clock 20 bits count.
    public init(milliseconds: Int64, salt: UInt64) {
        raw =
            if ClockEra.isTimely(milliseconds) {
                min(milliseconds, Self.millisecondsMax) << Self.saltBits | Int64(salt & Self.saltMask)
            } else {
                // Below all marks of right clocks.
                Int64(Self.mixed(salt ^ Self.mixed(UInt64(bitPattern: milliseconds))) % Self.lost) + 1
            }
    }

    /// nil for what no mark is.
    public init?(raw: Int64) {
        guard raw > 0 else { return nil }
        self.raw = raw
    }

    /// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var word = number &+ 0x9e37_79b9_7f4a_7c15
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
