import Crypto

/// What a joining store proves that it was invited with: 16 random bytes, used once. The hub keeps only the hash.
public struct JoinSecret: Sendable {
    public static let byteCount = 16

    public let bytes: [UInt8]

    /// A new secret from the system's randomness.
    public init() {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// nil unless there are 16 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    public var hash: JoinSecretHash { JoinSecretHash(of: self) }
}

extension JoinSecret: CustomStringConvertible {
    /// Never the secret itself: descriptions end in logs.
    public var description: String { "a join secret" }
}

/// The SHA-256 of a join secret: what the hub stores. (The secret has 128 random bits, so no slow hash is needed.)
public struct JoinSecretHash: Sendable {
    public static let byteCount = 32

    /// 32 bytes.
    public let bytes: [UInt8]

    fileprivate init(of secret: JoinSecret) { bytes = Array(SHA256.hash(data: secret.bytes)) }

    /// nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Takes the same time wherever the two differ.
    public func matches(_ secret: JoinSecret) -> Bool {
        zip(bytes, secret.hash.bytes).reduce(0) { different, pair in different | (pair.0 ^ pair.1) } == 0
    }
}
