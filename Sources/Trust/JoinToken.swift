public import ChangeLog
import Crypto

/// What `linli hub invite` prints and `linli store join` takes: one line that tells a store where the hub is, how to
/// know it, and proves that the store was invited.
///
///     linli1.BASE64URL(fields ‖ checksum)
///
///     fields    host      length and UTF-8
///               port      varint
///               network   length and UTF-8
///               store     length and UTF-8
///               authority 32 bytes: SHA-256 of the authority's certificate
///               secret    16 bytes
///               expires   8 bytes, the least first: milliseconds since 1970 UTC
///     checksum  the first 4 bytes of SHA-256("linli1." ‖ fields)
///
/// Lengths and varints are those of `ByteWriter`. The checksum tells a token that was damaged on its way (cut, retyped)
/// from one that the hub does not know; it protects nothing. White space anywhere in the line is ignored, because
/// terminals and messengers break lines.
public struct JoinToken: Sendable {
    private static let name = "linli"
    private static let version = "1"
    private static let checksumBytes = 4
    /// Names of 63 bytes and a host of 253 make 650 characters or so.
    private static let charactersMax = 2_048

    public let hub: Endpoint
    public let network: NetworkName
    /// Never `hub`.
    public let store: NodeName
    public let authority: Fingerprint
    public let secret: JoinSecret
    /// The hub decides whether this has passed: the store's clock may be wrong.
    public let expiresMilliseconds: Int64

    /// - Throws: `JoinTokenError.notAStore` when `store` is `hub`.
    public init(
        hub: Endpoint,
        network: NetworkName,
        store: NodeName,
        authority: Fingerprint,
        secret: JoinSecret,
        expiresMilliseconds: Int64
    ) throws(JoinTokenError) {
        guard !store.isHub else { throw .notAStore }
        self.hub = hub
        self.network = network
        self.store = store
        self.authority = authority
        self.secret = secret
        self.expiresMilliseconds = expiresMilliseconds
    }

    /// - Throws: `JoinTokenError`.
    public init(parsing line: String) throws(JoinTokenError) {
        guard line.utf8.count <= Self.charactersMax else { throw .notAToken }
        let characters = line.utf8.filter { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        guard characters.starts(with: Self.name.utf8), let dot = characters.firstIndex(of: UInt8(ascii: ".")) else {
            throw .notAToken
        }
        let version = characters[Self.name.utf8.count..<dot]
        guard !version.isEmpty, version.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notAToken }
        guard version.elementsEqual(Self.version.utf8) else {
            throw .unknownVersion(String(decoding: version, as: UTF8.self))
        }
        guard let bytes = Base64URL.bytes(of: characters[(dot + 1)...]), bytes.count > Self.checksumBytes else {
            throw .damaged
        }
        let fields = Array(bytes.dropLast(Self.checksumBytes))
        guard Self.checksum(of: fields).elementsEqual(bytes.suffix(Self.checksumBytes)) else { throw .damaged }
        try self.init(fields: fields)
    }

    /// The line, without a newline.
    public var line: String {
        var writer = ByteWriter()
        writer.string(Array(hub.host.utf8))
        writer.unsigned(UInt64(hub.port))
        writer.string(Array(network.text.utf8))
        writer.string(Array(store.text.utf8))
        writer.raw(authority.bytes)
        writer.raw(secret.bytes)
        writer.fixed64(UInt64(bitPattern: expiresMilliseconds))
        return Self.line(ofFields: writer.bytes)
    }

    static func line(ofFields fields: [UInt8]) -> String { prefix + Base64URL.text(of: fields + checksum(of: fields)) }

    private static var prefix: String { name + version + "." }

    private static func checksum(of fields: [UInt8]) -> ArraySlice<UInt8> {
        Array(SHA256.hash(data: Array(prefix.utf8) + fields))[..<checksumBytes]
    }

    /// A checksum is no signature: whoever made the token may have written anything into it.
    private init(fields: [UInt8]) throws(JoinTokenError) {
        var reader = ByteReader(fields)
        do {
            let host = String(validating: try reader.string(), as: UTF8.self)
            let port = UInt16(exactly: try reader.unsigned())
            let network = String(validating: try reader.string(), as: UTF8.self).flatMap(NetworkName.init)
            let store = String(validating: try reader.string(), as: UTF8.self).flatMap { NodeName($0) }
            let authority = Fingerprint(bytes: Array(try reader.raw(Fingerprint.byteCount)))
            let secret = JoinSecret(bytes: Array(try reader.raw(JoinSecret.byteCount)))
            let expires = Int64(bitPattern: try reader.fixed64())
            guard reader.isAtEnd, let host, let port, let hub = Endpoint(host: host, port: port), let network,
                let store,
                let authority, let secret
            else { throw JoinTokenError.damaged }
            try self.init(
                hub: hub,
                network: network,
                store: store,
                authority: authority,
                secret: secret,
                expiresMilliseconds: expires
            )
        } catch let error as JoinTokenError {
            throw error
        } catch {
            throw .damaged
        }
    }
}

extension JoinToken: CustomStringConvertible {
    /// Never the secret: descriptions end in logs.
    public var description: String { "a token for store \(store) of \(network) at \(hub)" }
}

/// Why a line is no join token.
public enum JoinTokenError: Error, Hashable, Sendable, CustomStringConvertible {
    case notAToken
    case damaged
    case unknownVersion(String)
    case notAStore

    public var description: String {
        switch self {
        case .notAToken: "this is no join token; paste the whole line that `linli hub invite` printed"
        case .damaged:
            "the join token is damaged: characters are missing or changed; copy the whole line that `linli hub invite` "
                + "printed again"
        case .unknownVersion(let version):
            "the join token is of version \(version), which this program does not know; install the hub's version of "
                + "linli here"
        case .notAStore: "no store is called 'hub'; choose another name"
        }
    }
}
