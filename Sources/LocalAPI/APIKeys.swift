import Crypto
public import Retail
import Synchronization
import Trust

/// A key of an API client, as the node remembers it: never the key itself.
public struct APIKey: Hashable, Sendable, Encodable {
    /// Eight hexadecimal digits, for people.
    public var id: String
    public var role: RetailCommand.Role
    /// For people.
    public var name: String
    /// Milliseconds since 1970 UTC.
    public var createdAt: Int64
    public var revokedAt: Int64?
    /// SHA-256, hexadecimal.
    var hash: String

    private enum CodingKeys: String, CodingKey {
        case id, role, name
        case createdAt = "created_at"
        case revokedAt = "revoked_at"
    }

    /// One line: `ID ROLE CREATED REVOKED HASH NAME`, with `-` for a key that stands.
    var line: String { "\(id) \(role.rawValue) \(createdAt) \(revokedAt.map(String.init) ?? "-") \(hash) \(name)\n" }

    init(id: String, role: RetailCommand.Role, name: String, createdAt: Int64, revokedAt: Int64?, hash: String) {
        (self.id, self.role, self.name) = (id, role, name)
        (self.createdAt, self.revokedAt, self.hash) = (createdAt, revokedAt, hash)
    }

    init?(line: Substring) {
        let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
        guard words.count == 6, let role = RetailCommand.Role(rawValue: String(words[1])), let created = Int64(words[2])
        else { return nil }
        self.init(
            id: String(words[0]),
            role: role,
            name: String(words[5]),
            createdAt: created,
            revokedAt: Int64(words[3]),
            hash: String(words[4])
        )
    }
}

/// The keys of a node: made, revoked and looked up. A change counts from the next request on.
public final class APIKeys: Sendable {
    public static let nameBytesMax = 100
    /// What the file may hold.
    static let countMax = 300
    private static let prefix = "linli_"

    private struct State {
        var version: APIKeyFile.Version?
        var isRead = false
        var byHash: [String: APIKey] = [:]
    }

    private let file: APIKeyFile
    private let state = Mutex(State())

    public init(dataDirectory: String) { file = APIKeyFile(dataDirectory: dataDirectory) }

    /// The oldest first, revoked ones too.
    public func all() throws -> [APIKey] { try Self.parse(file.read()) }

    /// Makes a key.
    ///
    /// - Returns: the key itself, which nobody can read again, and its id.
    public func add(role: RetailCommand.Role, name: String, nowMilliseconds: Int64) throws -> (
        secret: String, id: String
    ) {
        var random = SystemRandomNumberGenerator()
        let secret = Self.prefix + Self.hexadecimal((0..<4).flatMap { _ in Self.bytes(random.next()) })
        let hash = Self.hash(secret)
        let key = APIKey(
            id: String(hash.prefix(8)),
            role: role,
            name: name,
            createdAt: nowMilliseconds,
            revokedAt: nil,
            hash: hash
        )
        try file.update { text in
            guard try Self.parse(text).count < Self.countMax else {
                throw RetailError(
                    .notNow,
                    "keys",
                    "this node has \(Self.countMax) keys",
                    cure: "let clients of one kind share a key"
                )
            }
            return text + key.line
        }
        return (secret, key.id)
    }

    /// - Throws: `RetailError.notFound` for an id that no standing key has.
    public func revoke(id: String, nowMilliseconds: Int64) throws {
        try file.update { text in
            var keys = try Self.parse(text)
            guard let place = keys.firstIndex(where: { $0.id == id && $0.revokedAt == nil }) else {
                throw RetailError(.notFound, id, "no key \(id) stands", cure: "`linli key list` shows the ids")
            }
            keys[place].revokedAt = nowMilliseconds
            return keys.map(\.line).joined()
        }
    }

    /// The role of a key that stands; nil for any other.
    func role(of secret: some StringProtocol) throws -> RetailCommand.Role? {
        let version = try file.version()
        let isFresh = state.withLock { $0.isRead && $0.version == version }
        if !isFresh {
            let keys = try Self.parse(file.read())
            state.withLock { state in
                state.byHash = Dictionary(keys.map { ($0.hash, $0) }, uniquingKeysWith: { $1 })
                (state.version, state.isRead) = (version, true)
            }
        }
        let found = state.withLock { $0.byHash[Self.hash(secret)] }
        return found?.revokedAt == nil ? found?.role : nil
    }

    private static func parse(_ text: String) throws -> [APIKey] {
        try text.split(separator: "\n").map { line in
            guard let key = APIKey(line: line) else {
                throw RetailError(
                    .storage,
                    "keys/api",
                    "a line of the file of API keys cannot be read",
                    cure: "restore it from a backup, or remove it and make new keys"
                )
            }
            return key
        }
    }

    private static func hash(_ secret: some StringProtocol) -> String {
        hexadecimal(Array(SHA256.hash(data: Array(secret.utf8))))
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (UInt64($0) * 8)) }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
