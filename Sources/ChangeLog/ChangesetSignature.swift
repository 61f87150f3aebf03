/// A store's signature over a changeset's hash. The hash chains it to every changeset before it, so one signature
/// vouches for the whole change log up to there.
///
/// ECDSA on P-256 with SHA-256 over `message(for:)`; 64 bytes: r, then s, the greatest byte first.
public struct ChangesetSignature: Hashable, Sendable {
    public static let byteCount = 64

    public let bytes: [UInt8]

    /// nil when there are not 64 bytes.
    public init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == Self.byteCount else { return nil }
    }

    /// What is signed. The words in front keep a node's key, which also signs TLS handshakes and requests for
    /// certificates, from ever signing one thing that reads as another.
    public static func message(for hash: ChangesetHash) -> [UInt8] {
        Array("linli signed changeset 1".utf8) + hash.bytes
    }
}

/// A signature, and with it who made it.
public struct ChangesetProof: Hashable, Sendable {
    public var signature: ChangesetSignature
    /// The certificate of the key that made it (X.509, DER).
    public var certificate: [UInt8]

    public init(signature: ChangesetSignature, certificate: [UInt8]) {
        self.signature = signature
        self.certificate = certificate
    }
}
