/// By what one captured write is known again, whoever hands it in: the millisecond of its capture and 20 bits of what was
/// captured. Writes of one millisecond that follow one another share the mark of the first.
///
/// A replica that is copied has captured what its copy has, mark by mark, and what either captures later has other
/// marks; so the hub can take what both hand in once, however each of them sealed it.
///
/// Law: `raw` is above 0.
public struct CaptureMark: Hashable, Sendable {
    static let saltBits: Int64 = 20
    private static let saltMask: UInt64 = 1 << 20 - 1
    private static let millisecondsMax: Int64 = 1 << 42

    public let raw: Int64

    /// - Parameters:
    ///   - milliseconds: since 1970 UTC, by the clock of the machine that captured; before 1970 counts as 1970.
    ///   - salt: of which 20 bits count.
    public init(milliseconds: Int64, salt: UInt64) {
        let salted = Int64(salt & Self.saltMask)
        raw = max(min(max(milliseconds, 0), Self.millisecondsMax) << Self.saltBits | salted, 1)
    }

    /// nil for what no mark is.
    public init?(raw: Int64) {
        guard raw > 0 else { return nil }
        self.raw = raw
    }
}
