/// From when on `linli doctor` speaks up, each with its reason.
enum DoctorLimits {
    /// A day of a busy store's sales and a round from the hub need less; below it, SQLite soon cannot write.
    static let freeBytesWrong: UInt64 = 64 * 1024 * 1024
    static let freeBytesAttention: UInt64 = 1024 * 1024 * 1024
    /// The hub accepts no stamp that lies further ahead of its own clock.
    static let offsetMillisecondsWrong: Int64 = 10 * 60 * 1000
    /// Receipts show the till's own time.
    static let offsetMillisecondsAttention: Int64 = 5_000
    /// 2026-01-01: a clock before that has lost its battery.
    static let clockMillisecondsLeast: Int64 = 1_767_225_600_000
    /// A certificate that was not renewed until then is not renewing by itself.
    static let certificateMillisecondsWrong: Int64 = 30 * 86_400_000
    /// For reading all that a store keeps, a gigabyte or two.
    static let checkMilliseconds: Int64 = 120_000
    /// A hub's store that was not heard of for so long.
    static let silentMilliseconds: Int64 = 86_400_000
}
