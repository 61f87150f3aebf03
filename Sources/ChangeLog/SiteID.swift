/// One incarnation of a replica, drawn at random. A new disk, a restored backup or a cloned machine is a new site of
/// the same store. Zero is no site.
public struct SiteID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let raw: UInt64

    public init(_ raw: UInt64) { self.raw = raw }

    /// Sixteen hexadecimal digits, as people and SQL see it.
    public init?(_ text: String) {
        // The standard library's parser takes signs too.
        guard text.utf8.count == 16, text.utf8.allSatisfy(Self.isHexadecimal), let raw = UInt64(text, radix: 16) else {
            return nil
        }
        self.raw = raw
    }

    public var description: String {
        let digits = String(raw, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    public static func < (one: Self, other: Self) -> Bool { one.raw < other.raw }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
