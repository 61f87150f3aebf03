/// How a store's scales print barcodes: one template or several, parted by commas, each as long as its codes.
///
///     2FPPPPPVVVVVC        13 digits: prefix, flag, product, price in 分, check digit
///     2FPPPPPWWWWWC        13 digits: the same with grams
///     26PPPPPVVVVVWWWWWC   18 digits: product, price in 分, grams, check digit
///
/// A digit stands for itself, `F` for any digit, `P` for the product's number at the scales (PLU), `V` for the price,
/// `W` for the weight, `C` for the check digit. A code begins with 02 or 20 to 29, which no manufacturer's does.
public struct WeighedCode: Hashable, Sendable {
    private static let letters: Set<UInt8> = Set("FPVWC".utf8)

    private let templates: [[UInt8]]

    /// What a code says.
    public struct Reading: Hashable, Sendable {
        /// The product's number at the scales, as it is printed.
        public var product: String
        /// The printed price: it wins over any that is computed.
        public var amount: Money?
        public var weight: Quantity?

        public init(product: String, amount: Money?, weight: Quantity?) {
            (self.product, self.amount, self.weight) = (product, amount, weight)
        }
    }

    /// - Throws: `RetailError.badInput` for a template that reads nothing.
    public init(templates text: String) throws(RetailError) {
        var templates: [[UInt8]] = []
        for one in text.split(separator: ",", omittingEmptySubsequences: true) {
            let template = Array(one.utf8.filter { $0 != 0x20 })
            guard template.allSatisfy({ Self.letters.contains($0) || (0x30...0x39).contains($0) }),
                template.contains(UInt8(ascii: "P")),
                template.contains(UInt8(ascii: "V")) || template.contains(UInt8(ascii: "W")),
                template.first == UInt8(ascii: "2") || template.starts(with: "02".utf8),
                template.lastIndex(of: UInt8(ascii: "C")) ?? template.count - 1 == template.count - 1,
                template.count <= 32
            else {
                throw .badInput(
                    "weighed_codes",
                    "\(GTIN.shown(String(one))) is no template",
                    cure: "write digits and the letters F, P, V, W, C, as in 2FPPPPPVVVVVC"
                )
            }
            templates.append(template)
        }
        self.templates = templates
    }

    /// What the code says by the first template that fits; nil when it is no weighed code of this store.
    ///
    /// - Throws: `RetailError.badInput` when one fits but for the check digit.
    public func read(_ code: String) throws(RetailError) -> Reading? {
        let bytes = Array(code.utf8)
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        for template in templates where fits(bytes, template) {
            if template.last == UInt8(ascii: "C"), let last = bytes.last {
                let check = GTIN.checkDigit(of: bytes.dropLast().map { Int($0 - 0x30) })
                guard Int(last - 0x30) == check else {
                    throw .badInput("barcode", "the check digit of \(code) is not \(check)", cure: "scan it again")
                }
            }
            return Reading(
                product: String(decoding: digits("P", bytes, template), as: UTF8.self),
                amount: number("V", bytes, template).map { Money(fen: $0) },
                weight: number("W", bytes, template).map { Quantity(thousandths: $0) }
            )
        }
        return nil
    }

    private func fits(_ code: [UInt8], _ template: [UInt8]) -> Bool {
        code.count == template.count && zip(code, template).allSatisfy { Self.letters.contains($1) || $0 == $1 }
    }

    private func digits(_ letter: Unicode.Scalar, _ code: [UInt8], _ template: [UInt8]) -> [UInt8] {
        zip(code, template).filter { $1 == UInt8(ascii: letter) }.map { $0.0 }
    }

    private func number(_ letter: Unicode.Scalar, _ code: [UInt8], _ template: [UInt8]) -> Int64? {
        Int64(String(decoding: digits(letter, code, template), as: UTF8.self))
    }
}
