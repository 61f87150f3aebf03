import ChangeLog
import Crypto

/// The hub's own mark of the chunks that it sends: by it a hub that was restored from a backup knows again what it
/// wrote after that, from whichever store gives it back.
///
///     seal := the first 16 bytes of HMAC-SHA-256(key, "linli feed 1" fixed64(epoch) entries)
///
/// Law: the key stands in the hub's file, and so in its backups, and in no store: a store can give back what it was sent,
/// or keep it to itself, and nothing else.
struct FeedSeal: Sendable {
    static let keyBytes = 32
    private static let bytes = 16
    private static let purpose = Array("linli feed 1".utf8)

    private let key: SymmetricKey

    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// The key of the file; the fresh one where there is none, which is kept then. nil where there is neither.
    static func opened(_ settings: Settings, fresh: [UInt8]?) throws(ReplicaError) -> FeedSeal? {
        if let kept = try settings.bytesIfAny(.feedKey) { return FeedSeal(key: kept) }
        guard let fresh else { return nil }
        try settings.put(.feedKey, .blob(fresh))
        return FeedSeal(key: fresh)
    }

    func seal(_ entries: [UInt8], in epoch: Epoch) -> [UInt8] {
        var code = HMAC<SHA256>(key: key)
        var head = ByteWriter()
        head.fixed64(epoch.raw)
        code.update(data: Self.purpose)
        code.update(data: head.bytes)
        code.update(data: entries)
        return Array(code.finalize().prefix(Self.bytes))
    }

    /// Compared in constant time: who may ask often must not learn where two seals begin to differ.
    func isOwn(_ seal: [UInt8], of entries: [UInt8], in epoch: Epoch) -> Bool {
        let own = self.seal(entries, in: epoch)
        guard own.count == seal.count else { return false }
        return zip(own, seal).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
