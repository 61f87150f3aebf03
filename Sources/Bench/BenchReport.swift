import Foundation

/// One line of the report: a figure of ours, and what it is held against in the same run.
public struct BenchLine: Codable, Sendable {
    public var name: String
    public var value: Double
    public var unit: String
    /// The baseline's figure, of the same unit; nil where there is none.
    public var baseline: Double?
    /// `value / baseline`.
    public var ratio: Double?
    /// What to reach: a ratio where there is a baseline, else a value.
    public var target: Double?
    /// Less is better.
    public var isUpperBound: Bool

    public init(
        _ name: String,
        _ value: Double,
        _ unit: String,
        baseline: Double? = nil,
        ratio: Double? = nil,
        target: Double? = nil,
        isUpperBound: Bool = false
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.baseline = baseline
        self.ratio = ratio ?? baseline.map { value / $0 }
        self.target = target
        self.isUpperBound = isUpperBound
    }

    /// Whether the target is reached; nil without one.
    public var isReached: Bool? {
        target.map { target in
            let held = ratio ?? value
            return isUpperBound ? held <= target : held >= target
        }
    }
}

/// All lines of one run, and where it ran.
public struct BenchReport: Codable, Sendable {
    public var cores = ProcessInfo.processInfo.activeProcessorCount
    public var rows: Int
    public var lines: [BenchLine] = []

    public init(rows: Int) { self.rows = rows }

    /// One printed line of the table.
    public static func text(_ line: BenchLine) -> String {
        let name = line.name.padding(toLength: 52, withPad: " ", startingAt: 0)
        var text =
            name + Self.number(line.value, width: 12) + " "
            + line.unit.padding(toLength: 8, withPad: " ", startingAt: 0)
        text += line.baseline.map { Self.number($0, width: 12) } ?? String(repeating: " ", count: 12)
        text += line.ratio.map { Self.number($0, width: 8) } ?? String(repeating: " ", count: 8)
        if let target = line.target {
            text += "  \(line.isReached == true ? "✓" : "✗") \(line.isUpperBound ? "≤" : "≥") \(target)"
        }
        return text
    }

    public static let heading =
        "what".padding(toLength: 52, withPad: " ", startingAt: 0) + "       Linli          baseline   ratio  target"

    private static func number(_ number: Double, width: Int) -> String {
        let text = abs(number) >= 1_000 ? String(Int(number.rounded())) : String(format: "%.2f", number)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
