import FoundationEssentials

/// What a daemon answers to one `ControlRequest`: one line, a JSON object with one of two fields.
///
///     {"done":{…}}                                   what was asked for
///     {"refused":{"kind":"not-so","message":"…"}}    why not, and the cure
public enum ControlAnswer: Sendable {
    /// Done; the JSON of the answer proper.
    case json([UInt8])
    case refused(ControlRefusal)

    /// - Throws: what `answer` throws when it is encoded; JSON knows no infinities.
    public static func done(_ answer: some Encodable) throws -> ControlAnswer {
        .json(Array(try ControlJSON.encoder.encode(answer)))
    }

    /// The line, without its newline.
    var line: [UInt8] {
        get throws {
            switch self {
            case .json(let json): Array(#"{"done":"#.utf8) + json + Array("}".utf8)
            case .refused(let refusal): Array(try ControlJSON.encoder.encode(["refused": refusal]))
            }
        }
    }
}

/// Why a daemon did not do what a command asked.
public struct ControlRefusal: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// Of the same kinds as a command's exit codes.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// What was asked about is not so (yet).
        case notSo = "not-so"
        /// What was asked makes no sense, or names what does not exist.
        case badInput = "bad-input"
        case fault
        case inputOutput = "io"
        case notPermitted = "not-permitted"
    }

    public var kind: Kind
    /// What happened, then what to do.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}

/// The one way in which the control socket's values are written: one line each, in one order of fields.
enum ControlJSON {
    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    static func request(_ line: [UInt8]) throws(ControlRefusal) -> ControlRequest {
        do { return try JSONDecoder().decode(ControlRequest.self, from: Data(line)) } catch {
            throw ControlRefusal(
                .badInput,
                "the daemon does not know this request; run one version of linli: restart the daemon"
            )
        }
    }

    static func answer<Answer: Decodable>(_ line: [UInt8], as type: Answer.Type) throws -> Result<
        Answer, ControlRefusal
    > {
        let both = try JSONDecoder().decode(Envelope<Answer>.self, from: Data(line))
        if let refusal = both.refused { return .failure(refusal) }
        guard let done = both.done else {
            throw DecodingError.valueNotFound(type, .init(codingPath: [], debugDescription: "neither done nor refused"))
        }
        return .success(done)
    }

    private struct Envelope<Answer: Decodable>: Decodable {
        var done: Answer?
        var refused: ControlRefusal?
    }
}
