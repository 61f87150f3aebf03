import Foundation

/// The day that a sale counts for: by the store's time zone, and from the hour at which its days begin.
public struct BusinessDay: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// `20261121`.
    public let description: String

    /// How a store reckons its days.
    public struct Reckoning: Sendable {
        private let zone: TimeZone
        private let startsMinute: Int64

        /// - Parameters:
        ///   - timeZone: a name of the IANA's, as `Asia/Shanghai`.
        ///   - startsMinute: 0 to 1439 after midnight; a sale at 01:30 of a store whose days start at 240 counts for the
        ///     day before.
        public init(timeZone: String, startsMinute: Int64) throws(RetailError) {
            guard let zone = TimeZone(identifier: timeZone) else {
                throw .badInput(
                    "time_zone",
                    "there is no zone \(GTIN.shown(timeZone))",
                    cure: "write one as Asia/Shanghai"
                )
            }
            guard (0..<1_440).contains(startsMinute) else {
                throw .badInput("day_starts_minute", "\(startsMinute) is no minute of a day", cure: "write 0 to 1439")
            }
            self.zone = zone
            self.startsMinute = startsMinute
        }

        /// The day of a moment in milliseconds since 1970 UTC.
        public func day(of milliseconds: Int64) -> BusinessDay {
            let shifted = local(milliseconds) - startsMinute * 60_000
            return BusinessDay(days: Self.floor(shifted, 86_400_000))
        }

        /// Minutes since local midnight.
        public func minute(of milliseconds: Int64) -> Int64 {
            let shifted = local(milliseconds)
            return (shifted - Self.floor(shifted, 86_400_000) * 86_400_000) / 60_000
        }

        /// From its first moment to the first of the next, where the zone's offset is that of its noon.
        public func interval(of day: BusinessDay) -> Range<Int64>? {
            guard let days = day.days else { return nil }
            let noon = days * 86_400_000 + 43_200_000
            let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(noon) / 1_000))) * 1_000
            let start = days * 86_400_000 + startsMinute * 60_000 - offset
            return start..<start + 86_400_000
        }

        /// How far the zone is ahead of UTC at a moment.
        public func offsetMinutes(at milliseconds: Int64) -> Int64 {
            Self.floor(local(milliseconds) - milliseconds, 60_000)
        }

        private func local(_ milliseconds: Int64) -> Int64 {
            // Any moment that a date can have: beyond it the offset means nothing.
            let bounded = min(max(milliseconds, -62_000_000_000_000), 250_000_000_000_000)
            let date = Date(timeIntervalSince1970: Double(bounded) / 1_000)
            return bounded + Int64(zone.secondsFromGMT(for: date)) * 1_000
        }

        private static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
            number >= 0 ? number / divisor : -((-number + divisor - 1) / divisor)
        }
    }

    /// Reads `20261121` or `2026-11-21`.
    public init(_ text: String) throws(RetailError) {
        let digits = text.filter { $0 != "-" }
        guard let number = Int(digits), digits.utf8.count == 8, let days = Self.days(number),
            BusinessDay(days: days).description == digits
        else {
            throw .badInput("day", "\(GTIN.shown(text)) is no day", cure: "write it as 20261121")
        }
        description = digits
    }

    public static func < (one: BusinessDay, other: BusinessDay) -> Bool {
        one.description.utf8.lexicographicallyPrecedes(other.description.utf8)
    }

    /// By days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
    fileprivate init(days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        description = String(year * 10_000 + month * 100 + day)
    }

    private var days: Int64? { Int(description).flatMap(Self.days) }

    /// days_from_civil of the same source.
    private static func days(_ number: Int) -> Int64? {
        let (month, day) = (Int64(number / 100 % 100), Int64(number % 100))
        guard number >= 19_000_101, (1...12).contains(month), (1...31).contains(day) else { return nil }
        let year = Int64(number / 10_000) - (month <= 2 ? 1 : 0)
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
