import Yams

/// A file that says what the clients of a run do: a YAML mapping of acts of `RetailMix` to rates, and of `products` and
/// `lines_max` to numbers.
///
///     products: 40
///     sales: 350          # times a day and store; halves and smaller parts too
///     counts: 2.5
///
/// Law: what a file does not name does not happen.
public enum WorkloadFile {
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// From 1; 0 when the file as a whole is meant.
        public let line: Int
        public let what: String

        public var description: String { line > 0 ? "line \(line): \(what)" : what }
    }

    private static let rateMax = 1_000_000.0

    public static func mix(_ text: String) throws(Failure) -> RetailMix {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch {
            throw Failure(line: 0, what: "it is no YAML: \(error)")
        }
        guard case .mapping(let mapping)? = root else {
            throw Failure(line: 1, what: "a workload is a mapping of acts to rates, as in `sales: 200`")
        }
        var mix = RetailMix()
        for (key, value) in mapping { try read(key, value, into: &mix) }
        guard mix.total(isHub: false) + mix.total(isHub: true) > 0 else {
            throw Failure(line: 0, what: "nothing happens in it; give at least one act a rate, as in `sales: 200`")
        }
        return mix
    }

    private static func read(_ key: Node, _ value: Node, into mix: inout RetailMix) throws(Failure) {
        let line = key.mark?.line ?? 0
        guard let name = key.string else { throw Failure(line: line, what: "a name stands before the colon") }
        switch name {
        case "products": mix.products = try count(value, name, 1...100_000, line)
        case "lines_max": mix.linesMax = try count(value, name, 1...100, line)
        default:
            guard let act = RetailMix.Act(rawValue: name) else {
                let known = RetailMix.Act.allCases.map { $0.rawValue } + ["products", "lines_max"]
                throw Failure(line: line, what: "'\(name)' is unknown; there are \(known.joined(separator: ", "))")
            }
            guard let rate = value.float, rate >= 0, rate <= rateMax else {
                throw Failure(
                    line: line,
                    what: "\(name) is a number from 0 to \(Int(rateMax)), of times a day and store"
                )
            }
            mix[act] = Int((rate * 1_000).rounded())
        }
    }

    private static func count(
        _ value: Node,
        _ name: String,
        _ range: ClosedRange<Int>,
        _ line: Int
    ) throws(Failure) -> Int {
        guard let number = value.int, range.contains(number) else {
            throw Failure(line: line, what: "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
