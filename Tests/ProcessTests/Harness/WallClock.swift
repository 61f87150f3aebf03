import Foundation

/// The clock by which tills stamp what they write: milliseconds. Two writes of different stores within one of them are
/// at the same time, and the sites decide.
enum WallClock {
    static func awaitNextMillisecond() {
        let now = milliseconds
        while milliseconds == now {}
    }

    private static var milliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}
