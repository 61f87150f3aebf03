/// The name of a node: `hub`, or a store's name.
///
/// Law: one to 63 of `a-z 0-9 . _ -`, beginning with a letter or digit, so that it may stand in SQL, JSON,
/// certificates and file names as it is.
public struct NodeName: Hashable, Comparable, Sendable, CustomStringConvertible {
    public static let hub = NodeName(unchecked: "hub")

    public let text: String

    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), bytes.allSatisfy(Self.isAllowed), let first = bytes.first,
            Self.isLetterOrDigit(first)
        else { return nil }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    public var isHub: Bool { self == .hub }
    public var description: String { text }

    public static func < (one: Self, other: Self) -> Bool { one.text < other.text }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == 0x2e || byte == 0x5f || byte == 0x2d
    }
}
