import Crypto

/// The SHA-256 of a certificate's DER bytes: how a join token names the authority.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    public static let byteCount = 32

    /// 32 bytes.
    public let bytes: [UInt8]

    public init(ofCertificate der: some Sequence<UInt8>) {
        var hash = SHA256()
        hash.update(data: Array(der))
        bytes = Array(hash.finalize())
    }

    /// nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// 64 hexadecimal digits, as `openssl x509 -fingerprint -sha256` shows them without its colons.
    public var description: String { Hexadecimal.text(bytes) }
}
