/// Where a daemon listens or is dialled: `HOST:PORT`.
///
/// HOST is a name, an IPv4 address, or an IPv6 address in brackets: `hub.example:7411`, `10.0.0.1:7411`, `[::1]:7411`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// The longest name that DNS can carry.
    public static let hostBytesMax = 253

    /// Without brackets.
    public let host: String
    public let port: UInt16

    /// A host without brackets; nil when no host can be written so.
    public init?(host: String, port: UInt16) {
        let bytes = host.utf8
        guard (1...Self.hostBytesMax).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else { return nil }
        self.host = host
        self.port = port
    }

    /// - Throws: `EndpointError` when `text` is not `HOST:PORT`.
    public init(parsing text: String) throws(EndpointError) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw .noPort(text) }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits)
        else { throw .badPort(text) }
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
        } else if host.utf8.contains(UInt8(ascii: ":")) {
            throw .bareIPv6(text)
        }
        guard let endpoint = Endpoint(host: String(host), port: port) else { throw .badHost(text) }
        self = endpoint
    }

    public var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Letters, digits, `- . _` of names, `:` of IPv6 and `%` of its zones.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "%"):
            true
        default:
            false
        }
    }
}

/// Why a text is no `HOST:PORT`.
public enum EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
    case noPort(String)
    case badPort(String)
    case badHost(String)
    case bareIPv6(String)

    public var description: String {
        switch self {
        case .noPort(let text): "'\(text)' names no port: write HOST:PORT, for example hub.example:7411"
        case .badPort(let text): "'\(text)' has no port from 0 to 65535 after its last colon: write HOST:PORT"
        case .badHost(let text): "'\(text)' names no host: write a name or an address before the colon, HOST:PORT"
        case .bareIPv6(let text): "'\(text)' is ambiguous: write an IPv6 address in brackets, for example [::1]:7411"
        }
    }
}
