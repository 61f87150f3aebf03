/// A product's number in the trade: GTIN-8, -12, -13 or -14, kept as 14 digits.
///
/// Law: the last digit is the check digit of those before it (GS1 General Specifications, 7.9): weights 3 and 1 in turn
/// from the right, and the sum with the check digit is a multiple of ten.
public struct GTIN: Hashable, Sendable, CustomStringConvertible {
    private static let lengths: Set<Int> = [8, 12, 13, 14]
    private static let lengthMax = 14

    /// 14 digits.
    public let digits: String

    /// Reads 8, 12, 13 or 14 digits.
    ///
    /// - Throws: `RetailError.badInput` when it is no GTIN, or its check digit is wrong.
    public init(_ text: String) throws(RetailError) {
        let bytes = Array(text.utf8)
        guard Self.lengths.contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .badInput("barcode", "\(Self.shown(text)) has not 8, 12, 13 or 14 digits", cure: "scan it again")
        }
        let check = Self.checkDigit(of: bytes.dropLast().map { Int($0 - 0x30) })
        guard let last = bytes.last, Int(last - 0x30) == check else {
            throw .badInput("barcode", "the check digit of \(text) is not \(check)", cure: "scan it again")
        }
        digits = String(repeating: "0", count: Self.lengthMax - bytes.count) + text
    }

    public var description: String { digits }

    /// Made for use inside a store: prefix 20 to 29, or 02 of a GTIN-12. Such a number means something only there.
    public var isInStore: Bool { digits.utf8.starts(with: "02".utf8) || digits.utf8.starts(with: "002".utf8) }

    /// Registered in mainland China: prefix 690 to 699.
    public var isOfMainlandChina: Bool { digits.utf8.dropFirst().starts(with: "69".utf8) }

    /// The check digit that goes after these digits.
    static func checkDigit(of digits: [Int]) -> Int {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() { sum += place.isMultiple(of: 2) ? digit * 3 : digit }
        return (10 - sum % 10) % 10
    }

    /// What somebody scanned, as far as it fits a line.
    static func shown(_ text: String) -> String { "\"\(text.prefix(32))\"" }
}
