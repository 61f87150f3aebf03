/// What a customer says to get an order (取货码): six digits, by chance.
public struct PickupCode: Hashable, Sendable, CustomStringConvertible {
    static let digits = 6

    public let description: String

    /// Drawn evenly among all.
    public init(using random: inout some RandomNumberGenerator) { self.init(drawn: random.next()) }

    /// - Parameter number: drawn evenly among all 64 bits; that some codes come once in ten billions more often is nothing.
    init(drawn number: UInt64) {
        let text = String(number % 1_000_000)
        description = String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// As somebody typed it, blanks and dashes left out.
    public init(_ text: String) throws(RetailError) {
        let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x2d }
        guard (Self.digits...12).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .badInput("pickup_code", "it has not \(Self.digits) digits", cure: "type the code as it is shown")
        }
        description = String(decoding: digits, as: UTF8.self)
    }
}

/// What makes a command safe to repeat: the caller's own name for it. With one key a command is done once, however often
/// it is asked for.
public struct IdempotencyKey: Hashable, Sendable, CustomStringConvertible {
    public static let bytesMax = 64

    public let description: String

    /// - Throws: `RetailError.badInput` unless it is 1 to 64 visible ASCII characters.
    public init(_ text: String) throws(RetailError) {
        guard (1...Self.bytesMax).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .badInput(
                "Idempotency-Key",
                "a key has 1 to \(Self.bytesMax) visible ASCII characters",
                cure: "make one for each command, a UUID for example, and repeat it with the command"
            )
        }
        description = text
    }
}

/// A payment's name at the payment service, which takes no other characters: it makes the payment there safe to repeat.
public struct PaymentReference: Hashable, Sendable, CustomStringConvertible {
    public static let bytesMax = 32

    public let description: String

    public init(_ text: String) throws(RetailError) {
        let isFit = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "_-|*".utf8.contains(byte)
        }
        guard (1...Self.bytesMax).contains(text.utf8.count), isFit else {
            throw .badInput(
                "reference",
                "a payment reference has 1 to \(Self.bytesMax) of 0-9 A-Z a-z _ - | *",
                cure: "make a shorter one of these"
            )
        }
        description = text
    }
}
