/// What an operator decides about a line of the quarantine, or about a conflict.
///
///     {"ask":"settle","list":"quarantine","line":7,"verdict":"accept","by":"li"}
public struct Settlement: Hashable, Sendable, Codable {
    public enum List: String, Hashable, Sendable, Codable {
        case quarantine
        case conflicts
    }

    public enum Verdict: String, Hashable, Sendable, Codable {
        /// The refused change is made, as the hub's own.
        case accept
        /// The hub's value stays.
        case discard
        /// Of a conflict: a person has seen to it.
        case seen
    }

    public var list: List
    /// The hub's number of the line, the same at both ends.
    public var line: Int64
    public var verdict: Verdict
    /// Who decides it.
    public var by: String

    public init(_ list: List, line: Int64, _ verdict: Verdict, by: String) {
        self.list = list
        self.line = line
        self.verdict = verdict
        self.by = by
    }
}

/// The answer to a settlement: the line, and those that rest on it.
public struct SettledLines: Hashable, Sendable, Codable {
    public var lines: [Int64]

    public init(lines: [Int64]) { self.lines = lines }
}
