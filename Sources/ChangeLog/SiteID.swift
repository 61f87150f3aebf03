/// One incarnation of a replica, drawn at random. A new disk, a restored backup or a cloned machine is a new site of
/// the same store. Zero is no site.
public struct SiteID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let raw: UInt64

    public init(_ raw: UInt64) { self.raw = raw }

    /// Sixteen hexadecimal digits, as people and SQL see it.
    public init?(_ text: String) {
        guard text.utf8.count == 16, let raw = UInt64(text, radix: 16) else { return nil }
        self.raw = raw
    }

    public var description: String {
        let digits = String(raw, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    public static func < (one: Self, other: Self) -> Bool { one.raw < other.raw }
}
