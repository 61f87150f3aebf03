public import SyncSession

/// What a peer sent breaks the protocol. The connection is of no use after it: say `bye`, and close.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A length above what was agreed, of a payload in bytes.
    case frameTooLong(bytes: Int, bytesMax: Int)
    /// The payload is not the protobuf message that stands in this place.
    case unreadable(frame: String)
    /// A field holds what no peer of this protocol can mean.
    case badField(frame: String, field: String, what: String)
    /// The first frame offers only versions that this program does not speak.
    case noCommonVersion(theirs: ClosedRange<Int>)

    public var description: String {
        switch self {
        case .frameTooLong(let bytes, let bytesMax):
            "a frame of \(bytes) bytes came, where \(bytesMax) are allowed; run the same release of linli at both ends"
        case .unreadable(let frame):
            "a \(frame) frame cannot be read; check that the address is that of a linli node, and its release"
        case .badField(let frame, let field, let what):
            "a \(frame) frame came whose \(field) \(what); run the same release of linli at both ends"
        case .noCommonVersion(let theirs):
            "the peer speaks protocol versions \(Self.text(theirs)), this program \(Self.text(Limits.versions)); "
                + "upgrade the older of the two"
        }
    }

    /// What the peer is told.
    public var bye: Bye {
        switch self {
        case .noCommonVersion: Bye(.version, description)
        case .frameTooLong, .unreadable, .badField: Bye(.protocolError, description)
        }
    }

    private static func text(_ versions: ClosedRange<Int>) -> String {
        versions.count == 1 ? "\(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)"
    }
}
