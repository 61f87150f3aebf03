/// A span of time as people write it: `500ms`, `30s`, `5m`, `24h`, `7d`.
struct TimeSpan {
    let milliseconds: Int64

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    /// Longer than anything that is waited for here.
    private static let daysMax: Int64 = 3_660

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// - Throws: `TimeSpanError`.
    init(parsing text: String) throws {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let unit = Self.units.first(where: { $0.name == text[digits.endIndex...] }), let number = Int64(digits)
        else { throw TimeSpanError.unreadable }
        let (milliseconds, isOver) = number.multipliedReportingOverflow(by: unit.milliseconds)
        guard !isOver, milliseconds <= Self.daysMax * 86_400_000 else {
            throw TimeSpanError.tooLong(daysMax: Self.daysMax)
        }
        self.milliseconds = milliseconds
    }
}

enum TimeSpanError: Error, CustomStringConvertible {
    case unreadable
    case tooLong(daysMax: Int64)

    var description: String {
        switch self {
        case .unreadable: "write a whole number and its unit, as in 500ms, 30s, 5m, 24h or 7d"
        case .tooLong(let daysMax): "\(daysMax)d is the longest"
        }
    }
}
