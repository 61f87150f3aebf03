/// What the operator calls the network (`hub init --name`). It stands in certificates and join tokens.
///
/// Law: 1 to 63 bytes of UTF-8 without control characters, compared as bytes. In a URI every byte outside
/// `A-Z a-z 0-9 - . _ ~` is percent-encoded, so any language may be used.
public struct NetworkName: Hashable, Sendable, CustomStringConvertible {
    public static let bytesMax = 63

    public let text: String

    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...Self.bytesMax).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            return nil
        }
        self.text = text
    }

    /// The inverse of `uriSegment`; nil when no network name encodes to it.
    init?(uriSegment: Substring) {
        var bytes: [UInt8] = []
        var rest = uriSegment.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(), let high = Self.value(ofHexDigit: high),
                let low = Self.value(ofHexDigit: low)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        guard let text = String(validating: bytes, as: UTF8.self), let name = NetworkName(text),
            name.uriSegment.utf8.elementsEqual(uriSegment.utf8)
        else { return nil }
        self = name
    }

    public var description: String { text }

    /// Percent-encoded in the one way that `init(uriSegment:)` takes back.
    var uriSegment: String {
        var segment = ""
        for byte in text.utf8 {
            if Self.isUnreserved(byte) {
                segment.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                segment += "%" + Hexadecimal.text([byte]).uppercased()
            }
        }
        return segment
    }

    public static func == (one: Self, other: Self) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    public func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default:
            false
        }
    }

    private static func value(ofHexDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
