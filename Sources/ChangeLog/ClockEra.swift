/// Since when clocks count: no machine runs this before it, and a wall clock that says an earlier time has lost its
/// battery.
public enum ClockEra {
    /// 2025-01-01T00:00:00Z, in milliseconds since 1970.
    public static let beginning: Int64 = 1_735_689_600_000

    /// Whether a clock that says this time goes, as far as one can tell.
    public static func isTimely(_ milliseconds: Int64) -> Bool { milliseconds >= beginning }
}
