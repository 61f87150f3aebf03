import ChangeLog
import FoundationEssentials
import SyncSession

/// Bounds of fields that are not bounded elsewhere, with their reasons.
enum FieldLimits {
    /// Names of networks and regions: they stand in certificates, file names and listings.
    static let nameBytesMax = 63
    /// `linli 1.2.3` and a word or two.
    static let programBytesMax = 64
    /// A reason is read by people, and stands in logs.
    static let reasonBytesMax = 1_024
    /// The token's secret has 16.
    static let secretBytesMax = 64
    /// A signing request or a certificate on P-256 has less than 1 KiB.
    static let certificateBytesMax = 4_096
    /// Schema versions and counts of segments.
    static let ordinalMax = Int(Int32.max)
    /// Windows and frames: a length takes four bytes.
    static let lengthMax = Int(Int32.max)
}

/// Reads the fields of one received frame, each against its bounds.
struct FieldReader {
    private let frame: StaticString

    init(_ frame: StaticString) { self.frame = frame }

    func error(_ field: StaticString, _ what: String) -> WireError {
        .badField(frame: "\(frame)", field: "\(field)", what: what)
    }

    func count(_ raw: UInt64, _ field: StaticString, in range: ClosedRange<Int>) throws(WireError) -> Int {
        guard let number = Int(exactly: raw), range.contains(number) else {
            throw error(field, "is \(raw), outside \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func position(_ raw: UInt64, _ field: StaticString) throws(WireError) -> Position {
        Position(Int64(try count(raw, field, in: 0...Int.max)))
    }

    func stamp(_ raw: UInt64, _ field: StaticString) throws(WireError) -> Stamp {
        guard let packed = Int64(exactly: raw), let stamp = Stamp(packed: packed) else {
            throw error(field, "is \(raw), which no clock gives")
        }
        return stamp
    }

    func changeset(_ raw: UInt64, _ field: StaticString, from least: Int) throws(WireError) -> ChangesetNumber {
        ChangesetNumber(Int64(try count(raw, field, in: least...Int.max)))
    }

    func schemaVersion(_ raw: UInt64, _ field: StaticString) throws(WireError) -> Int {
        try count(raw, field, in: 1...FieldLimits.ordinalMax)
    }

    func site(_ raw: UInt64) throws(WireError) -> SiteID {
        guard raw != 0 else { throw error("site", "is zero") }
        return SiteID(raw)
    }

    func epoch(_ raw: UInt64, _ field: StaticString) throws(WireError) -> Epoch {
        guard raw != 0 else { throw error(field, "is zero, where the hub has one") }
        return Epoch(raw)
    }

    func store(_ text: String) throws(WireError) -> NodeName {
        guard let name = NodeName(text), !name.isHub else { throw error("store", "is not the name of a store") }
        return name
    }

    /// A name that people choose, in any language.
    func name(_ text: String, _ field: StaticString, bytesMin: Int) throws(WireError) -> String {
        guard (bytesMin...FieldLimits.nameBytesMax).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: \.isCommand)
        else {
            throw error(field, "is not \(bytesMin) to \(FieldLimits.nameBytesMax) bytes without control characters")
        }
        return text
    }

    /// The hash of a changeset; absent bytes are the hash before the first.
    func hash(_ bytes: Data, _ field: StaticString) throws(WireError) -> ChangesetHash {
        if bytes.isEmpty { return .none }
        guard let hash = ChangesetHash(bytes) else { throw error(field, "has \(bytes.count) bytes instead of 32") }
        return hash
    }

    /// A changeset's signature; absent bytes are none.
    func signature(_ bytes: Data, _ field: StaticString) throws(WireError) -> ChangesetSignature? {
        if bytes.isEmpty { return nil }
        guard let signature = ChangesetSignature(bytes) else {
            throw error(field, "has \(bytes.count) bytes instead of \(ChangesetSignature.byteCount)")
        }
        return signature
    }

    func bytes(_ bytes: Data, _ field: StaticString, in range: ClosedRange<Int>) throws(WireError) -> [UInt8] {
        guard range.contains(bytes.count) else {
            throw error(field, "has \(bytes.count) bytes, outside \(range.lowerBound) to \(range.upperBound)")
        }
        return [UInt8](bytes)
    }
}

/// Text of a peer for people to read. It ends in logs and terminals: it is cut to `bytesMax`, at a character, and
/// characters that command instead of show become spaces, so that it can pretend to be nothing else.
func readableText(_ text: String, bytesMax: Int) -> String {
    var readable = ""
    var bytes = 0
    for scalar in text.unicodeScalars {
        bytes += UTF8.width(scalar)
        if bytes > bytesMax { break }
        readable.unicodeScalars.append(scalar.isCommand ? " " : scalar)
    }
    return readable
}

extension Unicode.Scalar {
    /// Control characters, and those that turn the direction of writing.
    fileprivate var isCommand: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: (0x202a...0x202e).contains(value) || (0x2066...0x2069).contains(value)
        default: false
        }
    }
}
