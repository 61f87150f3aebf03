import Foundation

/// Real sales from a file: comma-separated, with a heading line that names at least `store_id`, `basket_id`,
/// `product_id`, `quantity`, `sales_value` and `transaction_timestamp`.
public struct SalesFile: Sendable {
    public struct Line: Sendable {
        public let product: String
        /// Thousandths.
        public let quantity: Int64
        /// Minor units, half up.
        public let amount: Int64
    }

    /// One receipt.
    public struct Basket: Sendable {
        public let id: String
        /// The file's own store.
        public let store: String
        public let member: String
        public let soldAt: String
        public var lines: [Line]
    }

    public enum Failure: Error, CustomStringConvertible {
        case unreadable(String)
        case heading(missing: String)
        case line(Int, String)
        case empty

        public var description: String {
            switch self {
            case .unreadable(let file): "\(file) cannot be read; name a file of sales, comma-separated, with a heading"
            case .heading(let missing): "line 1: the heading names no column \(missing)"
            case .line(let number, let what): "line \(number): \(what)"
            case .empty: "there is no sale in it; name a file with a heading and a line for each thing sold"
            }
        }
    }

    /// By time, then by basket.
    public let baskets: [Basket]
    public var lineCount: Int { baskets.reduce(0) { $0 + $1.lines.count } }

    public init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw Failure.unreadable(path) }
        let rows = data.split(separator: UInt8(ascii: "\n"))
        guard let heading = rows.first else { throw Failure.heading(missing: "store_id") }
        let names = Self.fields(heading)
        func place(_ name: String) throws -> Int {
            guard let place = names.firstIndex(of: name) else { throw Failure.heading(missing: name) }
            return place
        }
        let (store, basket, product) = (try place("store_id"), try place("basket_id"), try place("product_id"))
        let (quantity, value) = (try place("quantity"), try place("sales_value"))
        let (time, member) = (try place("transaction_timestamp"), names.firstIndex(of: "household_id"))
        var found: [String: Basket] = [:]
        for (index, row) in rows.enumerated().dropFirst() {
            let fields = Self.fields(row)
            guard fields.count == names.count else {
                throw Failure.line(index + 1, "\(fields.count) fields, not \(names.count)")
            }
            guard let units = Self.scaled(fields[quantity], digits: 3),
                let amount = Self.scaled(fields[value], digits: 2)
            else { throw Failure.line(index + 1, "a quantity or an amount is no number") }
            let key = fields[store] + "/" + fields[basket]
            found[
                key,
                default: Basket(
                    id: fields[basket],
                    store: fields[store],
                    member: member.map { fields[$0] } ?? "",
                    soldAt: fields[time],
                    lines: []
                )
            ].lines.append(Line(product: fields[product], quantity: units, amount: amount))
        }
        guard !found.isEmpty else { throw Failure.empty }
        baskets = found.values.sorted { ($0.soldAt, $0.store, $0.id) < ($1.soldAt, $1.store, $1.id) }
    }

    private static func fields(_ row: Data.SubSequence) -> [String] {
        row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self) }
    }

    /// Nobody sells so much, and sums of it stay below 2⁵³ thousandths.
    private static let wholeMax: Int64 = 1_000_000_000

    /// A decimal number times 10 to the `digits`, half up.
    private static func scaled(_ text: String, digits: Int) -> Int64? {
        // Some programs write a nought that they computed as 4.4e-16.
        if text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let number = Double(text), abs(number) < Double(wholeMax) else { return nil }
            return Int64((number * (0..<digits).reduce(1.0) { product, _ in product * 10 }).rounded())
        }
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let parts = (isNegative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]), (0..<wholeMax).contains(whole) else {
            return nil
        }
        var fraction = parts.count == 2 ? Array(parts[1].utf8) : []
        guard fraction.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let roundsUp = fraction.count > digits && fraction[digits] >= 0x35
        fraction = Array(fraction.prefix(digits)) + Array(repeating: 0x30, count: max(0, digits - fraction.count))
        let (number, isOver) = fraction.reduce((whole, false)) { sum, digit in
            let (product, over) = sum.0.multipliedReportingOverflow(by: 10)
            return (product &+ Int64(digit - 0x30), sum.1 || over)
        }
        return isOver ? nil : (isNegative ? -1 : 1) * (number + (roundsUp ? 1 : 0))
    }
}
