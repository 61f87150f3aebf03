/// Money in 分, the minor unit of the schema's currency.
public struct Money: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var fen: Int64

    public init(fen: Int64) { self.fen = fen }

    public static func < (one: Money, other: Money) -> Bool { one.fen < other.fen }

    /// With two decimals: `12.30`.
    public var description: String { Decimal.text(fen, places: 2) }

    /// The price of so much of what costs this for one unit, rounded half up; nil beyond what 64 bits hold.
    public func price(of quantity: Quantity) -> Money? {
        let (product, hasOverflow) = fen.multipliedReportingOverflow(by: quantity.thousandths)
        guard !hasOverflow else { return nil }
        return Decimal.halfUp(product, 1_000).map { Money(fen: $0) }
    }

    /// Less a percentage of 0 to 100, rounded half up; nil beyond what 64 bits hold.
    public func less(percent: Int64) -> Money? {
        let (product, hasOverflow) = fen.multipliedReportingOverflow(by: 100 - percent)
        guard !hasOverflow else { return nil }
        return Decimal.halfUp(product, 100).map { Money(fen: $0) }
    }

    /// How much one gets for it at a price for one unit, in whole thousandths, rounded half up; nil without a price.
    public func quantity(at unitPrice: Money) -> Quantity? {
        let (product, hasOverflow) = fen.multipliedReportingOverflow(by: 1_000)
        guard !hasOverflow, unitPrice.fen > 0 else { return nil }
        return Decimal.halfUp(product, unitPrice.fen).map { Quantity(thousandths: $0) }
    }
}

/// How much of a product, in thousandths of its unit: 1.5 kg is 1500, two bottles are 2000. Negative: a return.
public struct Quantity: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// What a counter may hold (`SchemaLimits.unitsMax`) with room for sums.
    public static let thousandthsMax: Int64 = 1 << 40

    public var thousandths: Int64

    public init(thousandths: Int64) { self.thousandths = thousandths }

    public static func < (one: Quantity, other: Quantity) -> Bool { one.thousandths < other.thousandths }

    /// With three decimals: `1.500`.
    public var description: String { Decimal.text(thousandths, places: 3) }
}

/// The one rounding rule, and how decimals are written.
enum Decimal {
    /// Halves go away from zero, so that a return gives back what the sale took. nil where 64 bits do not hold it.
    static func halfUp(_ number: Int64, _ divisor: Int64) -> Int64? {
        guard divisor > 0, number != .min else { return nil }
        let (quotient, rest) = abs(number).quotientAndRemainder(dividingBy: divisor)
        let rounded = rest >= divisor - rest ? quotient + 1 : quotient
        return number < 0 ? -rounded : rounded
    }

    static func text(_ number: Int64, places: Int) -> String {
        let digits = String(number.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (number < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
